"""Migrations are split where the Supabase CLI splits them (compared in test_migrate)."""

import pytest

from photo_assets.sinks.supabase.statements import split_statements


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("select 1; select 2;\n", ["select 1", "select 2"]),
        ("select 1", ["select 1"]),
        ("", []),
        (";;\n;", []),
        ("-- a; b\nselect 1;", ["-- a; b\nselect 1"]),
        ("select 'a;''b;';select 2", ["select 'a;''b;'", "select 2"]),
        ('create table "a;b" ();select 2', ['create table "a;b" ()', "select 2"]),
        ("do $$ begin; end $$;select 2", ["do $$ begin; end $$", "select 2"]),
        ("do $a$ $$;$b$; $a$;select 2", ["do $a$ $$;$b$; $a$", "select 2"]),
        ("/* a; /* b; */ c; */ select 1;select 2", ["/* a; /* b; */ c; */ select 1", "select 2"]),
        ("select $1; select 2", ["select $1", "select 2"]),
        ("select 'never closed; ", ["select 'never closed;"]),
    ],
)
def test_a_script_is_split_at_statement_ends(script: str, statements: list[str]) -> None:
    assert split_statements(script) == statements
