"""The word Google Photos puts behind the name of an edited or made picture, in many languages.

Confirmed by public exports: English, French, German, Italian, Dutch, Polish, Japanese, Spanish,
Catalan. The others are the word Google Photos' interface uses; an export in a language that is not
listed is still recognised by `matchers.edited_in_another_language`.
"""

EDITED_SUFFIXES: dict[str, tuple[str, ...]] = {
    "en": ("-edited", "-effects", "-smile", "-mix", "-collage", "-animation"),
    "de": ("-bearbeitet",),
    "fr": ("-modifié",),
    "it": ("-modificato",),
    "es": ("-editado", "-editada", "-ha editado"),
    "pt": ("-editado", "-editada"),
    "ca": ("-editat", "-editada"),
    "nl": ("-bewerkt",),
    "pl": ("-edytowane",),
    "cs": ("-upraveno",),
    "sk": ("-upravené",),
    "da": ("-redigeret",),
    "sv": ("-redigerad",),
    "no": ("-redigert",),
    "fi": ("-muokattu",),
    "hu": ("-szerkesztett",),
    "ro": ("-editat", "-editată"),
    "tr": ("-düzenlendi",),
    "el": ("-επεξεργασία",),
    "ru": ("-отредактировано", "-измененный"),
    "uk": ("-відредаговано",),
    "bg": ("-редактирано",),
    "ja": ("-編集済み",),
    "ko": ("-편집됨", "-수정됨"),
    "zh": ("-编辑", "-已修改", "-已編輯", "-編輯"),
    "vi": ("-đã chỉnh sửa",),
    "id": ("-diedit",),
    "th": ("-แก้ไข",),
    "he": ("-נערך",),
    "ar": ("-تم التعديل",),
}

ALL_EDITED: tuple[str, ...] = tuple(
    sorted(
        {word for words in EDITED_SUFFIXES.values() for word in words}, key=lambda w: (-len(w), w)
    )
)
