"""The scorecard in use. Its model card, with where each figure comes from: README.md."""

from __future__ import annotations

from acuerdo.scoring.rules import Bin, Characteristic, Scorecard

MODEL = Scorecard(
    name="start_scorecard",
    version="1",
    base_points=0,
    characteristics=(
        Characteristic(
            column="dpd",
            trend="falling",
            bins=(
                Bin(
                    "dpd_not_due",
                    0,
                    150,
                    {
                        "en": "Nothing is overdue yet.",
                        "es": "Todavía no hay nada vencido.",
                        "pt": "Ainda não há nada vencido.",
                    },
                ),
                Bin(
                    "dpd_1_30",
                    30,
                    41,
                    {
                        "en": "Overdue for 30 days or less.",
                        "es": "Lleva 30 días o menos de mora.",
                        "pt": "Em atraso há 30 dias ou menos.",
                    },
                ),
                Bin(
                    "dpd_31_60",
                    60,
                    -84,
                    {
                        "en": "Overdue for 31 to 60 days.",
                        "es": "Lleva de 31 a 60 días de mora.",
                        "pt": "Em atraso há 31 a 60 dias.",
                    },
                ),
                Bin(
                    "dpd_61_90",
                    90,
                    -162,
                    {
                        "en": "Overdue for 61 to 90 days.",
                        "es": "Lleva de 61 a 90 días de mora.",
                        "pt": "Em atraso há 61 a 90 dias.",
                    },
                ),
                Bin(
                    "dpd_91_180",
                    180,
                    -244,
                    {
                        "en": "Overdue for 91 to 180 days.",
                        "es": "Lleva de 91 a 180 días de mora.",
                        "pt": "Em atraso há 91 a 180 dias.",
                    },
                ),
                Bin(
                    "dpd_181_up",
                    None,
                    -362,
                    {
                        "en": "Overdue for more than 180 days.",
                        "es": "Lleva más de 180 días de mora.",
                        "pt": "Em atraso há mais de 180 dias.",
                    },
                ),
            ),
        ),
        Characteristic(
            column="relative_balance",
            trend="falling",
            bins=(
                Bin(
                    "balance_small",
                    0.25,
                    30,
                    {
                        "en": "The balance is small for its currency.",
                        "es": "El saldo es pequeño para su moneda.",
                        "pt": "O saldo é pequeno para a moeda.",
                    },
                ),
                Bin(
                    "balance_usual",
                    1.5,
                    0,
                    {
                        "en": "The balance is usual for its currency.",
                        "es": "El saldo es habitual para su moneda.",
                        "pt": "O saldo é habitual para a moeda.",
                    },
                ),
                Bin(
                    "balance_large",
                    5,
                    -20,
                    {
                        "en": "The balance is large for its currency.",
                        "es": "El saldo es grande para su moneda.",
                        "pt": "O saldo é grande para a moeda.",
                    },
                ),
                Bin(
                    "balance_very_large",
                    None,
                    -45,
                    {
                        "en": "The balance is very large for its currency.",
                        "es": "El saldo es muy grande para su moneda.",
                        "pt": "O saldo é muito grande para a moeda.",
                    },
                ),
            ),
        ),
        Characteristic(
            column="debtor_accounts",
            trend="falling",
            bins=(
                Bin(
                    "accounts_one",
                    1,
                    0,
                    {
                        "en": "It is the person's only account here.",
                        "es": "Es la única cuenta de la persona aquí.",
                        "pt": "É a única conta da pessoa aqui.",
                    },
                ),
                Bin(
                    "accounts_two",
                    2,
                    -10,
                    {
                        "en": "The person has two accounts here.",
                        "es": "La persona tiene dos cuentas aquí.",
                        "pt": "A pessoa tem duas contas aqui.",
                    },
                ),
                Bin(
                    "accounts_many",
                    None,
                    -30,
                    {
                        "en": "The person has three or more accounts here.",
                        "es": "La persona tiene tres o más cuentas aquí.",
                        "pt": "A pessoa tem três ou mais contas aqui.",
                    },
                ),
            ),
        ),
        Characteristic(
            column="reachable_channels",
            trend="rising",
            bins=(
                Bin(
                    "reach_none",
                    0,
                    -60,
                    {
                        "en": "No channel reaches the person.",
                        "es": "Ningún canal llega a la persona.",
                        "pt": "Nenhum canal alcança a pessoa.",
                    },
                ),
                Bin(
                    "reach_one",
                    1,
                    0,
                    {
                        "en": "One channel reaches the person.",
                        "es": "Un canal llega a la persona.",
                        "pt": "Um canal alcança a pessoa.",
                    },
                ),
                Bin(
                    "reach_several",
                    None,
                    15,
                    {
                        "en": "Several channels reach the person.",
                        "es": "Varios canales llegan a la persona.",
                        "pt": "Vários canais alcançam a pessoa.",
                    },
                ),
            ),
        ),
        Characteristic(
            column="days_since_payment",
            trend="falling",
            bins=(
                Bin(
                    "paid_lately",
                    45,
                    80,
                    {
                        "en": "Paid something in the last 45 days.",
                        "es": "Pagó algo en los últimos 45 días.",
                        "pt": "Pagou algo nos últimos 45 dias.",
                    },
                ),
                Bin(
                    "paid_once",
                    180,
                    35,
                    {
                        "en": "Paid something in the last six months.",
                        "es": "Pagó algo en los últimos seis meses.",
                        "pt": "Pagou algo nos últimos seis meses.",
                    },
                ),
                Bin(
                    "paid_long_ago",
                    None,
                    0,
                    {
                        "en": "The last payment is more than six months old.",
                        "es": "El último pago tiene más de seis meses.",
                        "pt": "O último pagamento tem mais de seis meses.",
                    },
                ),
            ),
        ),
        Characteristic(
            column="promises_kept",
            trend="rising",
            bins=(
                Bin(
                    "kept_none",
                    0,
                    0,
                    {
                        "en": "No promise was kept before.",
                        "es": "No cumplió antes ningún compromiso.",
                        "pt": "Nenhum compromisso foi cumprido antes.",
                    },
                ),
                Bin(
                    "kept_some",
                    None,
                    40,
                    {
                        "en": "Kept an earlier promise.",
                        "es": "Cumplió un compromiso anterior.",
                        "pt": "Cumpriu um compromisso anterior.",
                    },
                ),
            ),
        ),
        Characteristic(
            column="promises_broken",
            trend="falling",
            bins=(
                Bin(
                    "broken_none",
                    0,
                    0,
                    {
                        "en": "No promise was broken before.",
                        "es": "No incumplió antes ningún compromiso.",
                        "pt": "Nenhum compromisso foi descumprido antes.",
                    },
                ),
                Bin(
                    "broken_one",
                    1,
                    -30,
                    {
                        "en": "One earlier promise was not kept.",
                        "es": "Un compromiso anterior no se cumplió.",
                        "pt": "Um compromisso anterior não foi cumprido.",
                    },
                ),
                Bin(
                    "broken_several",
                    None,
                    -70,
                    {
                        "en": "Several earlier promises were not kept.",
                        "es": "Varios compromisos anteriores no se cumplieron.",
                        "pt": "Vários compromissos anteriores não foram cumpridos.",
                    },
                ),
            ),
        ),
    ),
)
