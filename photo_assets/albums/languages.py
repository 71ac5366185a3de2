"""How languages write a day and a month: the abbreviations and orders of the CLDR, as one table.

A table of our own, because the CLDR's Python package is 36 MB. Reading dates is in `stated_dates`.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `months` are abbreviated, as a date has them; `long` are other forms of them.

    `day`, `date` and `year` are patterns: "{d}.", "{day} {month}", "{date} {y}".
    """

    months: tuple[str, ...]
    long: tuple[str, ...]
    day: str
    date: str
    year: str


_DAY_FIRST: Final = "{day} {month}"
_YEAR_LAST: Final = "{date} {y}"


def _language(
    months: str, long: str, day: str = "{d}", date: str = _DAY_FIRST, year: str = _YEAR_LAST
) -> Language:
    return Language(tuple(months.split()), tuple(long.split()), day, date, year)


LANGUAGES: Final = {
    "en": _language(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "January February March April May June July August September October November December",
        date="{month} {day}",
        year="{date}, {y}",
    ),
    "de": _language(
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        day="{d}.",
    ),
    "fr": _language(
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    "es": _language(
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    "it": _language(
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
    ),
    "pt": _language(
        "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        date="{day} de {month}",
        year="{date} de {y}",
    ),
    "nl": _language(
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "januari februari maart april mei juni juli augustus september oktober november december",
    ),
    "sv": _language(
        "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
        "januari februari mars april maj juni juli augusti september oktober november december",
    ),
    "da": _language(
        "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
        "januar februar marts april maj juni juli august september oktober november december",
        day="{d}.",
    ),
    "nb": _language(
        "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.",
        "januar februar mars april mai juni juli august september oktober november desember",
        day="{d}.",
    ),
    "pl": _language(
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
        "listopada grudnia",
    ),
    "ru": _language(
        "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    ),
    "uk": _language(
        "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    ),
    "tr": _language(
        "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    ),
    "ja": _language("1 2 3 4 5 6 7 8 9 10 11 12", "", "{d}日", "{month}月{day}", "{y}年{date}"),
    "zh": _language("1 2 3 4 5 6 7 8 9 10 11 12", "", "{d}日", "{month}月{day}", "{y}年{date}"),
    "ko": _language("1 2 3 4 5 6 7 8 9 10 11 12", "", "{d}일", "{month}월 {day}", "{y}년 {date}"),
}
"""Language code -> how it writes dates."""
