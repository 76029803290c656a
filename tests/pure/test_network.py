"""Where companies stand in the drawing of a chain."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from vendors.network import HEIGHT, MOST, WIDTH, draw

keys = st.integers(1, 200).map(lambda number: UUID(int=number))


@given(st.dictionaries(keys, st.integers(-4, 4), min_size=1), st.lists(st.tuples(keys, keys)))
def test_no_two_boxes_touch_and_all_are_inside(
    columns: dict[UUID, int], edges: list[tuple[UUID, UUID]]
) -> None:
    found = draw(columns, edges)
    assert len(found.nodes) + found.left_out == len(columns)
    assert len(found.nodes) <= MOST
    for node in found.nodes:
        assert node.x >= 0
        assert node.y >= 0
        assert node.x + WIDTH <= found.width
        assert node.y + HEIGHT <= found.height
    for at, one in enumerate(found.nodes):
        for other in found.nodes[at + 1 :]:
            assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT


def test_lines_join_only_what_is_drawn() -> None:
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    found = draw({one: 0, two: 1}, [(one, two), (two, three)])
    assert [(line.start, line.end) for line in found.lines] == [(one, two)]


def test_work_runs_from_left_to_right() -> None:
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    found = draw({one: 0, two: 1, three: -1}, [(one, two), (three, one)])
    assert [node.key for node in found.nodes] == [three, one, two]
