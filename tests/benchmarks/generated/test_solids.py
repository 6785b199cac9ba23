import numpy as np
import pytest

from benchmarks.generated.solids import RADIUS, SHAPES, seen


@pytest.mark.parametrize("shape", SHAPES)
def test_normals_have_unit_length_and_face_the_camera(shape):
    surface = seen(shape, 48)
    assert np.allclose(np.linalg.norm(surface.normal, axis=-1), 1)
    assert (surface.normal @ surface.eye)[surface.solid].min() > -1e-9
    assert 0.05 < surface.solid.mean() < 0.6


def test_a_sphere_is_a_disc_of_its_radius_from_anywhere():
    for elevation in (0.2, 1.2):
        solid = seen("sphere", 200, 0.3, elevation).solid
        assert np.isclose(solid.mean(), np.pi * RADIUS**2 / (2 * 1.7) ** 2, rtol=0.02)


def test_a_cube_shows_three_faces_and_a_cylinder_a_flat_lid():
    cube, cylinder = seen("cube", 64), seen("cylinder", 64)
    assert len(np.unique(cube.normal[cube.solid].round(6), axis=0)) == 3
    assert (cylinder.normal[cylinder.solid][:, 2] == 1).any()
    assert np.abs(cylinder.normal[cylinder.solid][:, 2] % 1).max() == 0


def test_the_ground_is_darker_near_the_solid_only():
    surface = seen("cylinder", 64)
    assert surface.shade[surface.solid].min() == 1
    assert surface.shade[~surface.solid].min() < 0.7
    assert surface.shade[0, 0] > 0.95


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="There is no shape cone; accepted are cube, sphere, cylinder"):
        seen("cone", 8)
