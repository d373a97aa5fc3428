// The agent's answer: counts what is written and keeps a draft, so that nothing is lost when the
// login expires or the page is closed.

export const composer = () => ({
  text: "",
  draftKey: "",
  init(this: any) {
    this.draftKey = `draft:${this.$root.dataset.conversation}`;
    this.text = this.$refs.text.value || sessionStorage.getItem(this.draftKey) || "";
    this.$watch("text", (text: string) => sessionStorage.setItem(this.draftKey, text));
  },
  get length(): number {
    return this.text.length;
  },
  get empty(): boolean {
    return !this.text.trim();
  },
  sent(this: any) {
    sessionStorage.removeItem(this.draftKey);
  },
  // Ctrl+Enter sends; Enter alone breaks the line, as in a letter.
  key(this: any, event: KeyboardEvent) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !this.empty) {
      event.preventDefault();
      this.$root.requestSubmit();
    }
  },
});
