"""`vivavoce store`: stores, the documents in them, and what is found there."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, settings_for
from vivavoce.clock import now
from vivavoce.db.database import Database, open_database
from vivavoce.db.pages import RowRange
from vivavoce.errors import Invalid
from vivavoce.knowledge.documents import (
    MOST_BYTES,
    DocumentKind,
    KeptDocument,
    NewDocument,
    add_document,
    list_documents,
)
from vivavoce.knowledge.formats import find_format
from vivavoce.knowledge.search import search
from vivavoce.knowledge.stores import add_store, find_store, list_stores, remove_store
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import Merchant, find_merchant, to_slug
from vivavoce.text.languages import BY_CODE

Act = Callable[[Database, Merchant], Awaitable[str]]
MOST_LISTED = 1_000
MOST_FOUND = 5

store_argument = click.argument("store_name", metavar="STORE")


@click.group()
def store() -> None:
    """Stores: places for documents that candidates are answered from."""


@store.command("add")
@click.argument("name")
@click.option("--merchant", "owner", metavar="M", required=True, help="The merchant that it belongs to, by slug or id.")
@click.option("--slug", help="Its short name in addresses; made from the name when absent.")
@click.option("--environment", help="Whose it is; every environment's when absent.")
@data_option
def store_add(name: str, owner: str, slug: str | None, environment: str | None, data_dir: Path | None) -> None:
    """Add an empty store to a merchant. The same command again prints the same id."""

    async def act(database: Database, merchant: Merchant) -> str:
        made = await add_store(
            database,
            merchant_id=merchant.id,
            name=name.strip(),
            slug=to_slug(name, slug),
            environment=environment,
            actor=COMMAND_LINE,
        )
        return str(made)

    _run(act, owner, data_dir)


@store.command("list")
@merchant_option
@data_option
def store_list(merchant_name: str, data_dir: Path | None) -> None:
    """Print a merchant's stores: id, short name, environment, how many documents, name."""

    async def act(database: Database, merchant: Merchant) -> str:
        async with database.tenant(merchant.id) as connection:
            stores = await list_stores(connection, environment=None)
        return "\n".join(
            f"{store.id}\t{store.slug}\t{store.environment or 'all'}\t{store.documents}\t{store.name}"
            for store in stores
        )

    _run(act, merchant_name, data_dir)


@store.command("remove")
@store_argument
@merchant_option
@data_option
def store_remove(store_name: str, merchant_name: str, data_dir: Path | None) -> None:
    """Erase the documents of STORE (its short name or id), and close it."""

    async def act(database: Database, merchant: Merchant) -> str:
        store_id = await find_store(database, merchant_id=merchant.id, slug=store_name)
        async with database.tenant(merchant.id) as connection:
            await remove_store(connection, store_id, environment=None, actor=COMMAND_LINE, now=now())
        return ""

    _run(act, merchant_name, data_dir)


@store.command("upload")
@store_argument
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@merchant_option
@data_option
def store_upload(store_name: str, files: tuple[Path, ...], merchant_name: str, data_dir: Path | None) -> None:
    """Put FILES into STORE; a worker reads them. Prints the id of each document."""
    sealer = load_keys(settings_for(data_dir)).sealer

    async def act(database: Database, merchant: Merchant) -> str:
        store_id = await find_store(database, merchant_id=merchant.id, slug=store_name)
        return "\n".join([await put(database, merchant, _to_document(file, store_id)) for file in files])

    async def put(database: Database, merchant: Merchant, new: NewDocument) -> str:
        async with database.tenant(merchant.id) as connection:
            made = await add_document(
                connection,
                new,
                merchant_id=merchant.id,
                environment=None,
                sealer=sealer,
                actor=COMMAND_LINE,
                now=now(),
            )
        return str(made)

    _run(act, merchant_name, data_dir)


@store.command("documents")
@store_argument
@merchant_option
@data_option
def store_documents(store_name: str, merchant_name: str, data_dir: Path | None) -> None:
    """Print what STORE holds: id, how far it is, how many passages, name, and why it can't be read."""

    async def act(database: Database, merchant: Merchant) -> str:
        store_id = await find_store(database, merchant_id=merchant.id, slug=store_name)
        async with database.tenant(merchant.id) as connection:
            page = await list_documents(
                connection, store_id=store_id, environment=None, window=RowRange(limit=MOST_LISTED)
            )
        return "\n".join(_tell(document) for document in page.rows)

    _run(act, merchant_name, data_dir)


@store.command("search")
@store_argument
@click.argument("question")
@merchant_option
@click.option("--language", type=click.Choice(sorted(BY_CODE)), default="en", show_default=True, help="The question's.")
@data_option
def store_search(store_name: str, question: str, merchant_name: str, language: str, data_dir: Path | None) -> None:
    """Print the passages of STORE that say most about QUESTION, the best first."""

    async def act(database: Database, merchant: Merchant) -> str:
        store_id = await find_store(database, merchant_id=merchant.id, slug=store_name)
        passages = await search(
            database,
            question,
            language,
            merchant_id=merchant.id,
            environment=None,
            store_ids=[store_id],
            limit=MOST_FOUND,
        )
        return "\n\n".join(
            "\n".join((" > ".join((passage.document, *passage.headings)), passage.text)) for passage in passages
        )

    _run(act, merchant_name, data_dir)


def _to_document(file: Path, store_id: UUID) -> NewDocument:
    content = file.read_bytes()
    if not content or len(content) > MOST_BYTES:
        raise Invalid(f"{file} is empty, or larger than {MOST_BYTES // 1024**2} MB.")
    return NewDocument(
        store_id=store_id,
        kind=DocumentKind.FILE,
        name=file.name,
        format=find_format(file.name, content),
        content=content,
    )


def _tell(document: KeptDocument) -> str:
    told = (str(document.id), document.state.value, str(document.passage_count), document.name, document.fault)
    return "\t".join(told).rstrip()


def _run(act: Act, merchant_name: str, data_dir: Path | None) -> None:
    settings = settings_for(data_dir)

    async def main() -> str:
        async with open_database(house.address, connections=2) as database:
            return await act(database, await find_merchant(database, merchant_name))

    with open_house(settings) as house:
        told = asyncio.run(main())
    if told:
        click.echo(told)
