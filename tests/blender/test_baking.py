"""From pictures to textures: what cameras saw arrives where they saw it, and nowhere else."""

import itertools

import numpy as np
import pytest

from studiolo_blender.projecting.baking import baked, margined, matched, overlaps, seen, spread, texels
from studiolo_blender.projecting.cameras import Camera, Lens
from studiolo_blender.projecting.meshes import Look, sampled
from studiolo_blender.projecting.unwrapping import GAP, unwrapped
from studiolo_blender.projecting.views import view_of
from tests.blender.shapes import ball, cube, laid_out, plane, taken

SIZE = 256


def looking(at, eye, width=1, height=1, **lens):
    """A camera at `eye` that looks at a point, Z upwards."""
    back = np.subtract(eye, at).astype(float)
    back /= np.linalg.norm(back)
    right = np.cross([0, 0, 1.0] if abs(back[2]) < 0.99 else [0, 1.0, 0], back)
    right /= np.linalg.norm(right)
    turn = np.stack((right, np.cross(back, right), back))
    view = np.eye(4)
    view[:3, :3], view[:3, 3] = turn, -turn @ np.array(eye, float)
    return Camera("Camera", view, Lens(**({"lens": 40.0} | lens)), width, height)


def checkers(size=256, field=16):
    y, x = np.mgrid[:size, :size]
    odd = (x // field + y // field) % 2
    return np.stack((np.where(odd, 230, 30), x * 255 // size, y * 255 // size), -1).astype(np.uint8)


def plain(colour, size=64):
    return np.broadcast_to(np.array(colour, np.uint8), (size, size, 3))


def rendered(view, meshes, textures):
    """What the camera sees of the meshes with those textures on: (height, width, 3), black where nothing is."""
    picture = np.zeros((*view.grid.covered.shape, 3))
    uv = view.mixed(lambda mesh: mesh.uvs["own"])
    number = np.repeat(np.arange(len(meshes)), [len(mesh.points) for mesh in meshes])
    which = number[view.grid.triangle[view.grid.covered]]
    colours = np.zeros((len(uv), 3))
    for index, texture in enumerate(textures):
        mine = which == index
        colours[mine] = sampled(texture, uv[mine] * (len(texture), -len(texture)) + (0, len(texture)))
    picture[view.grid.covered] = colours
    return picture


@pytest.mark.parametrize("shape", [cube, ball])
@pytest.mark.parametrize("lens", [{}, {"perspective": False, "ortho_scale": 4.2}, {"shift_x": 0.1, "shift_y": -0.05}])
def test_from_where_it_was_projected_the_picture_is_seen_again(shape, lens):
    mesh = laid_out(shape())
    view = view_of(looking((0, 0, 0), (3.4, -3.0, 2.4), **lens), (mesh,), 256, 256)
    picture = checkers()
    texture = baked(mesh, mesh.uvs["own"], [view], [picture], 1024)
    again = view.reduced(rendered(view, [mesh], [texture.pixels]) / 255.0).astype(float)
    covered = view.reduced(view.grid.covered[..., None].astype(float))[..., 0] == 255
    # where nothing is askew or at an edge
    facing = np.zeros(view.grid.covered.shape)
    normals = view.mixed(lambda mesh: mesh.normals) @ view.camera.view[:3, :3].T
    towards = view.camera.towards(view.camera.into(view.mixed(lambda mesh: mesh.points)))
    facing[view.grid.covered] = (normals * towards).sum(-1)
    well = covered & (view.reduced(((facing > 0.4) & (view.rim > 0.99))[..., None].astype(float))[..., 0] == 255)
    error = np.abs(again - picture)[well]
    assert well.sum() > 8_000
    assert np.median(error) < 4
    assert np.mean(error.max(-1) > 60) < 0.06  # borders of fields, seen twice through pixels


def test_what_another_thing_hides_does_not_get_the_picture():
    wall = laid_out(plane(4.0))
    near = laid_out(plane(1.0, at=(0, 0, 1.0)))
    view = view_of(looking((0, 0, 0), (0, 0, 5)), (wall, near), 256, 256)
    red = plain((255, 0, 0))
    places = texels(wall, wall.uvs["own"], SIZE)
    _, trust, _ = seen([view], [red], places.points, places.normals, places.flat)
    # the shadow of a plane of 1 at 4 from the eye, on one at 5
    inside = (np.abs(places.points[:, :2]) < 0.61).all(-1)
    far = (np.abs(places.points[:, :2]) > 0.7).any(-1) & (np.abs(places.points[:, :2]) < 1.9).all(-1)
    assert trust[inside].max() < 0.02
    assert trust[far].min() > 0.98
    over = texels(near, near.uvs["own"], SIZE)
    _, trust, _ = seen([view], [red], over.points, over.normals, over.flat)
    assert trust[(np.abs(over.points[:, :2]) < 0.45).all(-1)].min() > 0.98


def test_a_thin_plate_is_painted_on_one_side_only():
    plate = cube()
    plate.points[:, 2] *= 0.002
    mesh = laid_out(plate)
    view = view_of(looking((0, 0, 0), (0.5, 0.3, 6)), (mesh,), 128, 128)
    places = texels(mesh, mesh.uvs["own"], SIZE)
    _, trust, _ = seen([view], [plain((255, 0, 0))], places.points, places.normals, places.flat)
    below = places.flat[:, 2] < -0.9
    assert below.sum() > 1000
    assert trust[below].max() == 0.0
    assert np.median(trust[places.flat[:, 2] > 0.9]) == 1.0


def test_a_single_face_is_painted_from_behind_too():
    mesh = laid_out(plane())
    view = view_of(looking((0, 0, 0), (0, 0, -4)), (mesh,), 128, 128)
    assert baked(mesh, mesh.uvs["own"], [view], [plain((255, 0, 0))], 64).painted > 0.9


def test_a_floor_that_runs_under_the_camera_is_painted_up_to_it():
    floor = laid_out(plane(40.0))
    view = view_of(looking((0, 8, 0), (0, 0, 1.5), lens=20.0), (floor,), 256, 256)
    places = texels(floor, floor.uvs["own"], 512)
    _, trust, _ = seen([view], [plain((255, 0, 0))], places.points, places.normals, places.flat)
    x, y = places.points[:, 0], places.points[:, 1]
    assert trust[(np.abs(x) < 1) & (y > 2.5) & (y < 5)].min() > 0.95
    assert trust[y < 0].max() == 0.0


def test_two_cameras_share_without_a_step():
    mesh = laid_out(ball(48))
    views = [
        view_of(looking((0, 0, 0), (4 * np.sin(turn), -4 * np.cos(turn), 0)), (mesh,), 256, 256) for turn in (-0.6, 0.6)
    ]
    pictures = [plain((200, 40, 40)), plain((40, 40, 200))]
    places = texels(mesh, mesh.uvs["own"], 512)
    colours, trust, _ = seen(views, pictures, places.points, places.normals, places.flat)
    angle = np.arctan2(places.points[:, 0], -places.points[:, 1])
    level = (np.abs(places.points[:, 2]) < 0.05) & (trust > 0.99)
    order = np.argsort(angle[level])
    red, angle = colours[level][order, 0], angle[level][order]
    bins = np.linspace(-1.1, 1.1, 67)
    course = np.array([red[(angle >= low) & (angle < high)].mean() for low, high in itertools.pairwise(bins)])
    assert course[3] > 0.75
    assert course[-4] < 0.2
    assert (np.diff(course) < 0.01).all()  # from the one to the other, never back
    assert np.diff(course).min() > -0.12  # and nowhere at once
    # each sight's share sums to all of it: between the two colours, no third
    assert np.allclose(colours[level].sum(-1), (240 + 40) / 255, atol=0.01)


def test_pictures_of_different_brightness_meet():
    mesh = laid_out(ball(32))
    views = [
        view_of(looking((0, 0, 0), (4 * np.sin(turn), -4 * np.cos(turn), 0)), (mesh,), 128, 128) for turn in (-0.4, 0.4)
    ]
    places = [texels(mesh, mesh.uvs["own"], SIZE)]
    gains = matched(views, [plain((120, 120, 120)), plain((150, 120, 100))], places)
    met = gains * ((120, 120, 120), (150, 120, 100))
    assert np.abs(met[0] - met[1]).max() < 6
    assert np.allclose(gains[:, 1], 1.0, atol=0.01)
    apart = [views[0], view_of(looking((0, 0, 0), (0, 4, 0.0)), (mesh,), 128, 128)]
    assert np.abs(matched(apart, [plain((120, 120, 120)), plain((150, 120, 100))], places) - 1).max() < 0.02


def test_what_no_camera_saw_takes_the_colours_beside_it():
    mesh = laid_out(cube())
    view = view_of(looking((0, 0, 0), (3, -3, 3)), (mesh,), 128, 128)
    texture = baked(mesh, mesh.uvs["own"], [view], [plain((10, 200, 90))], SIZE)
    assert 0.3 < texture.painted < 0.6
    assert np.abs(texture.pixels.astype(int) - (10, 200, 90)).max() <= 2


def test_what_no_camera_saw_keeps_its_picture():
    look = Look(pixels=plain((7, 8, 200)), layer="own")
    mesh = laid_out(cube(), looks=(look,))
    view = view_of(looking((0, 0, 0), (0, -5, 0)), (mesh,), 128, 128)
    texture = baked(mesh, mesh.uvs["own"], [view], [plain((10, 200, 90))], SIZE)
    places = texels(mesh, mesh.uvs["own"], SIZE)
    found = texture.pixels.reshape(-1, 3)[places.pixel]
    front = places.flat[:, 1] < -0.9
    assert (np.median(found[front], 0) == (10, 200, 90)).all()
    assert (found[~front] == (7, 8, 200)).all()


def test_islands_have_a_margin():
    mesh = laid_out(cube())
    view = view_of(looking((0, 0, 0), (3, -3, 3)), (mesh,), 128, 128)
    picture = checkers(128, 64)
    texture = baked(mesh, mesh.uvs["own"], [view], [picture], 1024).pixels.astype(int)
    places = texels(mesh, mesh.uvs["own"], 1024)
    covered = np.zeros((1024, 1024), bool)
    covered.flat[places.pixel] = True
    grown = covered.copy()
    for _ in range(16 // 2):
        grown[1:] |= grown[:-1]
        grown[:-1] |= grown[1:]
        grown[:, 1:] |= grown[:, :-1]
        grown[:, :-1] |= grown[:, 1:]
    ring = np.argwhere(grown & ~covered)[::37]
    held = np.argwhere(covered)
    for y, x in ring[:200]:
        near = held[np.abs(held - (y, x)).max(1) <= 12]
        assert (texture[near[:, 0], near[:, 1]] == texture[y, x]).all(1).any()


def test_a_margin_is_as_wide_as_asked():
    covered = np.zeros((40, 60), bool)
    covered[15:20, 20:30] = True
    covered[39, 59] = True
    source = margined(covered, 5)
    taken = covered.flat[source.ravel()].reshape(covered.shape)
    assert taken[10:25, 20:30].all()
    assert taken[15:20, 15:35].all()
    assert not taken[9].any()
    assert not taken[:30, 36:].any()
    assert source[17, 31] == 17 * 60 + 29
    assert taken[34:, 59].all()
    assert (source[covered] == np.arange(2400).reshape(40, 60)[covered]).all()


def test_colours_spread_in_space():
    points = np.array([[0, 0, 0], [0, 0, 1], [10, 0, 0], [10, 0, 1.0]])
    colours = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1.0]])
    between = np.stack((np.linspace(0, 10, 21), np.zeros(21), np.full(21, 0.5)), 1)
    found = spread(points, colours, np.ones(4), between)
    assert found[0, 0] > 0.95
    assert found[-1, 2] > 0.95
    assert np.abs(np.diff(found[:, 0])).max() < 0.35
    assert np.allclose(found.sum(1), 1.0, atol=1e-5)


@pytest.mark.parametrize("shape", [cube, plane, ball])
def test_an_unwrapped_mesh_lies_nowhere_over_itself(shape):
    mesh = laid_out(shape())
    layer = mesh.uvs["own"]
    assert not overlaps(layer)
    places = texels(mesh, layer, SIZE)
    assert len(places.pixel) > 0.4 * SIZE**2
    # in proportion: as many texels to each area, up to the slant of a polygon to its side
    area = np.linalg.norm(np.cross(*(mesh.points[:, 1:] - mesh.points[:, :1]).transpose(1, 0, 2)), axis=-1)
    u, v = (layer[:, 1:] - layer[:, :1]).transpose(1, 0, 2)
    density = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / area
    assert density.min() > density.max() * 0.19
    assert ((u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) > 0).all()  # none is mirrored


def test_islands_lie_apart():
    mesh = cube()
    layer = unwrapped(mesh)[mesh.corners]
    boxes = np.array([[part.min((0, 1)), part.max((0, 1))] for part in layer.reshape(6, 2, 3, 2)])
    for one in range(6):
        for other in range(one):
            gap = np.maximum(boxes[one, 0] - boxes[other, 1], boxes[other, 0] - boxes[one, 1]).max()
            assert gap > GAP * 0.99
    assert boxes.min() > GAP * 0.9
    assert boxes.max() < 1 - GAP * 0.9


def test_a_ramp_that_winds_over_itself_is_cut():
    # a spiral stair of two turns without a wall: all of it faces up, and hangs together
    turn = np.linspace(0, 4 * np.pi, 65)
    inner = np.stack((np.cos(turn), np.sin(turn), turn * 0.1), 1)
    points = np.concatenate((inner, inner * (2, 2, 1)))
    mesh = taken(points, [np.array([step, step + 65, step + 66, step + 1]) for step in range(64)])
    assert not overlaps(unwrapped(mesh)[mesh.corners])


def test_a_layer_that_lies_over_itself_or_beyond_is_told():
    mesh = laid_out(cube())
    layer = mesh.uvs["own"]
    assert overlaps(layer * 2)
    assert overlaps(layer % 0.5 * 0.9)
    assert overlaps(np.zeros((0, 3, 2)))
    twice = np.concatenate((layer, layer[:1]))
    assert overlaps(twice)


def test_the_sides_of_a_mirrored_thing_face_out():
    mirrored = laid_out(cube(matrix=np.diag([-1.0, 1, 1, 1])))
    centres = mirrored.points.mean(1)
    assert ((mirrored.flat * centres).sum(-1) > 0).all()
    assert ((mirrored.normals.mean(1) * centres).sum(-1) > 0).all()
