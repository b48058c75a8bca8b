"""Whom a call acts for: its own merchant, or one that it may act for; foreign and unknown look alike."""

import json
from dataclasses import replace
from itertools import product
from uuid import UUID, uuid4

import pytest

from tests.builders import House, a_house
from tests.folding import folded
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotAllowed
from vivavoce.merchants.access import MAKERS, OPERATORS, READERS, acting_merchant, require_role
from vivavoce.merchants.tokens import Caller, Role

PEOPLE = [role for role in Role if role is not Role.SERVICE]


def caller_of(house: House, role: Role) -> Caller:
    return Caller(merchant_id=house.merchant.id, role=role, environment="production", user_id="u")


async def refusal(database: Database, caller: Caller, wanted: str) -> bytes:
    """The envelope, as it goes over the wire."""
    with pytest.raises(NotAllowed) as caught:
        await acting_merchant(database, caller, wanted=wanted)
    assert caught.value.status == 403
    return json.dumps(caught.value.to_envelope()).encode()


@pytest.mark.parametrize("role", PEOPLE)
async def test_everybody_acts_for_their_own_merchant(database: Database, house: House, role: Role) -> None:
    own = house.merchant.id
    for wanted in (None, str(own), str(own).upper()):
        assert await acting_merchant(database, caller_of(house, role), wanted=wanted) == own


async def test_a_machine_names_its_merchant_in_each_call(database: Database, house: House) -> None:
    machine = caller_of(house, Role.SERVICE)
    with pytest.raises(Invalid) as caught:
        await acting_merchant(database, machine, wanted=None)
    assert caught.value.to_envelope() == {"error": "Field is required.", "name": "merchant_id"}
    assert await acting_merchant(database, machine, wanted=str(house.merchant.id)) == house.merchant.id


MAY_ACT_FOR_SUB_MERCHANTS = {Role.ADMIN, Role.OWNER, Role.RECRUITER, Role.SERVICE}


@pytest.mark.parametrize("role", Role)
async def test_who_runs_a_merchant_acts_for_its_sub_merchants(database: Database, house: House, role: Role) -> None:
    child = (await a_house(database, parent_id=house.merchant.id)).merchant.id
    if role in MAY_ACT_FOR_SUB_MERCHANTS:
        assert await acting_merchant(database, caller_of(house, role), wanted=str(child)) == child
    else:
        await refusal(database, caller_of(house, role), str(child))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_nobody_acts_for_a_parent_a_sibling_or_a_grandchild(database: Database, house: House, role: Role) -> None:
    child = await a_house(database, parent_id=house.merchant.id)
    sibling = await a_house(database, parent_id=house.merchant.id)
    grandchild = await a_house(database, parent_id=child.merchant.id)
    for caller, wanted in ((child, house), (child, sibling), (house, grandchild)):
        await refusal(database, caller_of(caller, role), str(wanted.merchant.id))


@pytest.mark.parametrize("role", Role)
async def test_a_foreign_merchant_and_one_that_does_not_exist_are_refused_byte_for_byte_alike(
    database: Database, house: House, role: Role
) -> None:
    foreign = await a_house(database)
    unknown = [str(new_id()), str(uuid4()), str(UUID(int=0)), "acme", foreign.merchant.slug, "x" * 10_000, "\0", " "]
    caller = caller_of(house, role)
    refusals = {await refusal(database, caller, wanted) for wanted in unknown}
    if role is Role.ADMIN:
        assert await acting_merchant(database, caller, wanted=str(foreign.merchant.id)) == foreign.merchant.id
    else:
        refusals.add(await refusal(database, caller, str(foreign.merchant.id)))
    assert len(refusals) == 1
    assert json.loads(refusals.pop())["name"] == "merchant_id"


async def test_a_token_of_a_merchant_that_is_gone_acts_for_no_other(database: Database, house: House) -> None:
    nobody = replace(caller_of(house, Role.OWNER), merchant_id=new_id())
    await refusal(database, nobody, str(house.merchant.id))


GROUPS = {
    "makers": (MAKERS, {"admin", "merchant_owner", "merchant"}),
    "readers": (READERS, {"admin", "merchant_owner", "merchant", "merchant_selection"}),
    "operators": (OPERATORS, {"merchant_owner", "merchant"}),
}


@folded(("group", "role"), list(product(GROUPS, Role)))
async def test_a_role_that_is_not_in_the_group_is_refused(house: House, group: str, role: Role) -> None:
    allowed, names = GROUPS[group]
    if role.value in names:
        require_role(caller_of(house, role), allowed)
        return
    with pytest.raises(NotAllowed, match=f"`{role.value}`") as caught:
        require_role(caller_of(house, role), allowed)
    assert caught.value.message.endswith(f"it takes one of: {', '.join(sorted(names))}.")
