"""`photosync auth`: signing in to online services, and what is known of each sign-in."""

import click

from photo_assets.cli.session import common_options


class _WithServices(click.Group):
    """A group with its own commands and one that signs in per service."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none with that name."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        from photo_assets.catalogs.sign_ins import services

        source = cmd_name.replace("-", "_").lower()
        return _service(source) if source in services() else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named. An unknown one is named with what there is."""
        from photo_assets.catalogs.sign_ins import services

        name = click.utils.make_str(args[0])
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise click.UsageError(
                f"There is no service {name!r} to sign in to. There are: {', '.join(services())}.",
                ctx,
            )
        return super().resolve_command(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the services: they are commands too, but each is the same."""
        from photo_assets.catalogs.sign_ins import services

        with formatter.section("Services"):
            formatter.write_text(", ".join(services()) or "none in this version")


@click.group(
    cls=_WithServices, short_help="Sign in to online services.", subcommand_metavar="SERVICE [NAME]"
)
@common_options
def auth() -> None:
    """Sign in to the service of an online catalog: photosync auth SERVICE [NAME].

    Only permissions to read are asked for, and they are listed first. NAME is the catalog's name in
    photosync.yaml. Tokens are stored encrypted, in data_dir.
    """


def _service(source: str) -> click.Command:
    def run(name: str | None, paste: bool, browser: bool) -> None:
        from photo_assets.cli.session import open_workspace
        from photo_assets.cli.signing_in import sign_in_to

        sign_in_to(open_workspace(), source, name, paste=paste, browser=browser)

    return common_options(
        click.Command(
            source,
            callback=run,
            help="Sign in. Only permissions to read are asked for.",
            params=[
                click.Argument(["name"], required=False),
                click.Option(
                    ["--paste"],
                    is_flag=True,
                    help="The browser is on another machine: paste what it shows.",
                ),
                click.Option(
                    ["--browser/--no-browser"],
                    default=True,
                    help="Open the address in a browser, or only print it.",
                ),
            ],
        )
    )


@auth.command("status", short_help="Show the sign-in of each catalog.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def status(as_json: bool) -> None:
    """Show who is signed in to each online catalog, since when, and what that permits.

    No service is called and no secret is shown. The exit code is 1 if a catalog is not signed in.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.signing_in import print_sign_ins

    print_sign_ins(open_workspace(), as_json=as_json)


@auth.command("revoke", short_help="Revoke and forget a sign-in.")
@click.argument("service")
@click.argument("name", required=False)
@click.option("--local", is_flag=True, help="Forget it here, without telling the service.")
@common_options
def revoke(service: str, name: str | None, local: bool) -> None:
    """Revoke a sign-in at the service, if it has a way for programs, and forget it here.

    If the service cannot be reached, the sign-in is kept.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.signing_in import revoke_sign_in

    revoke_sign_in(open_workspace(), service, name, local=local)


@auth.command("key", short_help="Print the key that encrypts the credentials.")
@click.option("--keyring", is_flag=True, help="Store it in the system's keyring instead.")
@common_options
def key(keyring: bool) -> None:
    """Print the key that is in use, or a new one if there is none yet.

    Set PHOTOSYNC_KEY to it where no keyring is available, such as on a server.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.signing_in import show_key

    show_key(open_workspace(), keyring=keyring)
