"""Where we are reached: what a browser may name as the site that a request comes from."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from vivavoce.errors import BadSetting, Invalid
from vivavoce.merchants.origins import to_origin

IN_SCOPE = "vivavoce.address"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddress:
    """Our address, without a slash at its end, and its origin as browsers write it.

    is_set: an operator named it; else it is merely where we listen.
    """

    url: str
    origin: str
    is_set: bool

    @classmethod
    def of(cls, url: str, *, is_set: bool) -> "OwnAddress":
        """The address of this URL. Raises BadSetting where no browser could open it."""
        scheme, _, place = url.partition("://")
        try:
            origin = to_origin(f"{scheme}://{place.encode('idna').decode()}" if not place.isascii() else url)
        except (Invalid, UnicodeError):
            raise BadSetting(
                "VIVAVOCE_PUBLIC_URL: expected scheme, host and port alone, as https://interviews.example.",
                name="public_url",
            ) from None
        return cls(url=url, origin=origin, is_set=is_set)

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https, so that cookies and browsers may insist on it."""
        return self.url.startswith("https://")

    def sends(self, origin: str, *, host: str | None) -> bool:
        """Whether a page of this origin is ours. host: of the request, as the client names it.

        The configured address decides, and the scheme counts. Where none is configured, whoever tries Vivavoce may
        reach it as localhost or by any address of the machine: then the client's own word counts for those alone. No
        other site can have such a name, while any site can have its own point at us.
        """
        if origin == self.origin:
            return True
        return not self.is_set and host is not None and origin == f"http://{host}" and _is_this_machine(host)


def own_address(connection: HTTPConnection) -> OwnAddress:
    """The address that the application was made with."""
    address: OwnAddress = connection.scope[IN_SCOPE]
    return address


def _is_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False
