import gettext

import polib
import pytest
from django.core.management import CommandError, call_command

SOURCE = '''
from django.utils.translation import gettext as _, gettext_lazy, ngettext, npgettext, pgettext
HEAD = gettext_lazy("A head.")
def f(n):
    """Not _("this")."""
    _("A sentence in "
      "two lines about %(name)s.")
    ngettext("%(n)d desk", "%(n)d desks", n)
    pgettext("side", "Latvia")
    npgettext("duty", "%(n)d officer", "%(n)d officers", n)
'''
TEMPLATE = """{% load i18n %}
  <p>{% translate "Sign in" %}</p>{# translate "Not this" #}
    {% translate "Land" context "border" as label %}
{% blocktranslate with name=user.name %}Hello {{ name }}, it's "you".{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} alert{% plural %}{{ n }} alerts{% endblocktranslate %}
<b title='{% translate "Sign in" %}'>100 % (</b>
"""


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    (tmp_path / "app" / "views.py").write_text(SOURCE)
    (tmp_path / "app" / "migrations" / "0001.py").write_text("_('Not this either')")
    (tmp_path / "templates" / "app").mkdir(parents=True)
    (tmp_path / "templates" / "app" / "page.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def run(tree, capsys):
    def run(*args):
        call_command("catalogues", *args, root=tree, locale=tree / "locale")
        return capsys.readouterr().out

    return run


@pytest.fixture
def po(tree):
    def po(language="lv"):
        return polib.pofile(str(tree / "locale" / language / "LC_MESSAGES" / "django.po"))

    return po


def translate_all(tree):
    """Fill every catalogue with the source's own words, which keep all placeholders."""
    for language in ("lv", "be", "ru"):
        catalogue = polib.pofile(str(tree / "locale" / language / "LC_MESSAGES" / "django.po"))
        for entry in catalogue:
            if entry.msgid_plural:
                entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, entry.msgid_plural)
            else:
                entry.msgstr = entry.msgid
        catalogue.save()


def found(catalogue):
    return {(e.msgctxt, e.msgid, e.msgid_plural) for e in catalogue}


def test_code_and_templates_are_read(run, po):
    run()
    assert found(po()) == {
        (None, "A head.", ""),
        (None, "A sentence in two lines about %(name)s.", ""),
        (None, "%(n)d desk", "%(n)d desks"),
        ("side", "Latvia", ""),
        ("duty", "%(n)d officer", "%(n)d officers"),
        (None, "Sign in", ""),
        ("border", "Land", ""),
        (None, 'Hello %(name)s, it\'s "you".', ""),
        (None, "%(n)s alert", "%(n)s alerts"),
    }


def test_english_is_its_own_translation_and_the_others_wait(run, po):
    out = run()
    assert "lv: 9 texts, 9 not translated" in out
    assert "en: 9 texts, 0 not translated" in out
    assert po("en").find("Sign in").msgstr == "Sign in"


@pytest.mark.parametrize(("language", "forms"), [("lv", 3), ("be", 3), ("ru", 3), ("en", 2)])
def test_every_language_has_its_plural_forms(run, po, language, forms):
    run()
    assert len(po(language).find("%(n)d desk").msgstr_plural) == forms


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("lv", {0: [1, 21], 1: [2, 11, 5], 2: [0]}),
        ("be", {0: [1, 21], 1: [2, 23], 2: [5, 11, 12, 0]}),
        ("ru", {0: [1, 101], 1: [4, 22], 2: [14, 25, 111]}),
    ],
)
def test_compiled_catalogues_choose_the_right_form(run, tree, language, numbers):
    run()
    path = tree / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path))
    entry = catalogue.find("%(n)d desk")
    entry.msgstr_plural = {n: f"form {n} %(n)d" for n in entry.msgstr_plural}
    catalogue.save()
    run("--compile")
    with path.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    for form, counts in numbers.items():
        for count in counts:
            assert translations.ngettext("%(n)d desk", "%(n)d desks", count).startswith(
                f"form {form}"
            )


def test_translations_survive_an_update_and_what_left_the_sources_goes(run, po, tree):
    run()
    translate_all(tree)
    (tree / "app" / "views.py").write_text("_('A new text.')")
    run()
    assert po().find("Sign in").msgstr == "Sign in"
    assert po().find("A new text.").msgstr == ""
    assert po().find("A head.") is None


def test_an_update_that_changes_nothing_touches_nothing(run, tree):
    run()
    path = tree / "locale" / "lv" / "LC_MESSAGES" / "django.po"
    before = path.stat().st_mtime_ns
    run()
    assert path.stat().st_mtime_ns == before


def test_a_complete_catalogue_passes_the_check(run, tree):
    run()
    translate_all(tree)
    assert "complete in lv, be, ru, en" in run("--check")


@pytest.mark.parametrize(
    ("language", "text", "wrong", "said"),
    [
        ("lv", "Sign in", "", "not translated"),
        ("lv", "A sentence in two lines about %(name)s.", "Par %(nmae)s.", "other placeholders"),
        ("lv", "A sentence in two lines about %(name)s.", "Par neko.", "other placeholders"),
        ("ru", "Sign in", "<b>Войти</b>", "other tags"),
        ("be", "Sign in", "Войти", "has letters that the language does not have"),
        ("ru", "Sign in", "Увайсці", "has letters that the language does not have"),
        ("lv", "Sign in", "Войти", "has letters that the language does not have"),
        ("be", "Sign in", "Увайсці\n", "begins or ends with another line break"),
    ],
)
def test_the_check_names_what_is_wrong(run, tree, capsys, language, text, wrong, said):
    run()
    translate_all(tree)
    path = tree / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path))
    catalogue.find(text).msgstr = wrong
    catalogue.save()
    with pytest.raises(CommandError):
        run("--check")
    assert f"{language}: {said}" in capsys.readouterr().err


def test_the_check_finds_fuzzy_plural_and_stale_entries(run, tree, capsys):
    run()
    translate_all(tree)
    path = tree / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path))
    catalogue.find("Sign in").flags.append("fuzzy")
    catalogue.find("%(n)d desk").msgstr_plural = {0: "%(n)d", 1: "%(n)d"}
    catalogue.append(polib.POEntry(msgid="Gone.", msgstr="Ушло."))
    catalogue.save()
    (tree / "templates" / "more.txt").write_text("{% load i18n %}{% translate 'More.' %}")
    with pytest.raises(CommandError):
        run("--check")
    said = capsys.readouterr().err
    for problem in (
        "ru: fuzzy",
        "has not 3 plural forms",
        "ru: no longer in the sources",
        "lv: not in the catalogue",
    ):
        assert problem in said


def test_compiling_needs_catalogues(run):
    with pytest.raises(CommandError, match="no catalogue"):
        run("--compile")
