"""A certificate authority made at test time, and a certificate of it for 127.0.0.1.

No system's list of authorities is changed: `trusting` names the environment variables by which each
client library is told, as people with an authority of their own tell them.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """`file`: key and certificate of the server; `authority`: what clients must trust."""

    file: Path
    authority: Path

    def trusting(self) -> dict[str, str]:
        """The environment in which requests, httpx, ssl and httplib2 trust the server."""
        names = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "HTTPLIB2_CA_CERTS")
        return dict.fromkeys(names, str(self.authority))


def make_certificate(folder: Path) -> Certificate:
    """Make an authority and a certificate in `folder`; both are valid on any date."""
    import trustme  # not where a stand-in serves a demo

    made = Certificate(folder / "server.pem", folder / "authority.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.authority))
    leaf = authority.issue_cert("127.0.0.1", "localhost")
    leaf.private_key_and_cert_chain_pem.write_to_path(str(made.file))
    return made
