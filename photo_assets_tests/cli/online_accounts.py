"""A project whose catalogs are accounts of `services.accounts`, as a person has configured it."""

from dataclasses import replace

from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import Key, new_key
from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.accounts import OnlineAccount


def with_accounts(project: Project, *accounts: OnlineAccount, rate: float = 100) -> Project:
    """Return the project with these catalogs configured, and a key for credentials.

    `rate`: their calls per second.
    """
    project.configure(
        "catalogs:\n"
        + "".join(
            f"  {one.source}: {{main: {{endpoint: '{one.url}', requests_per_second: {rate}}}}}\n"
            for one in accounts
        )
    )
    variables = {
        KEY_VARIABLE: new_key(),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "IMMICH_API_KEY": "",
    }
    return replace(project, variables={**project.variables, **variables})


def store_of(project: Project) -> CredentialStore:
    """Return the project's credentials."""
    key = Key(project.variables[KEY_VARIABLE], "the test")
    return CredentialStore(project.home / "data" / "credentials", lambda: key)
