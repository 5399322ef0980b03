/** Airports and great circles to a plane: the only file that knows the libraries of the map. */

import { geoEqualEarth, geoGraticule10, geoPath } from "d3-geo";
import type { FeatureCollection, MultiLineString } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import outlineAddress from "world-atlas/countries-50m.json?url";

export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

export interface Plane {
  readonly land: string;
  readonly graticule: string;
  readonly lines: string;
  /** Where a position is drawn. */
  at(position: Position): [number, number];
}

export type Outline = FeatureCollection;

/** Natural Earth's outlines of countries, from our own server. */
export async function loadOutline(): Promise<Outline> {
  const response = await fetch(outlineAddress);
  if (!response.ok) throw new Error(`the outline of the countries did not come: ${response.status}`);
  const topology = (await response.json()) as Topology<{ countries: GeometryCollection }>;
  return feature(topology, topology.objects.countries);
}

/** Degrees that are shown at least: nearer, the outline is too coarse to help. */
const LEAST_DEGREES = 9;

/** The middle of the longitudes, over the date line where that is shorter. */
export function middleLongitude(positions: readonly Position[]): number {
  const x = positions.reduce((sum, { longitude }) => sum + Math.cos((longitude * Math.PI) / 180), 0);
  const y = positions.reduce((sum, { longitude }) => sum + Math.sin((longitude * Math.PI) / 180), 0);
  return (Math.atan2(y, x) * 180) / Math.PI;
}

/** Draws lines between positions along great circles, and the land around them, into a box. */
export function planeOf(
  outline: Outline,
  positions: readonly Position[],
  lines: readonly (readonly [Position, Position])[],
  box: { width: number; height: number; pad: number },
): Plane {
  const middle = middleLongitude(positions);
  const projection = geoEqualEarth().rotate([-middle, 0]);
  const pointOf = ({ longitude, latitude }: Position): [number, number] => [longitude, latitude];
  const circles: MultiLineString = {
    type: "MultiLineString",
    coordinates: lines.map(([from, to]) => [pointOf(from), pointOf(to)]),
  };
  const around = positions.flatMap(({ longitude, latitude }): [number, number][] => {
    const half = LEAST_DEGREES / 2;
    const north = Math.min(85, latitude + half);
    const south = Math.max(-85, latitude - half);
    return [
      [longitude - half, south],
      [longitude + half, north],
    ];
  });
  const { width, height, pad } = box;
  projection.fitExtent(
    [
      [pad, pad],
      [width - pad, height - pad],
    ],
    {
      type: "GeometryCollection",
      geometries: [circles, { type: "MultiPoint", coordinates: around }],
    },
  );
  projection.clipExtent([
    [-2, -2],
    [width + 2, height + 2],
  ]);
  const path = geoPath(projection);
  return {
    land: path(outline) ?? "",
    graticule: path(geoGraticule10()) ?? "",
    lines: path(circles) ?? "",
    at: (position) => projection(pointOf(position)) ?? [-100, -100],
  };
}
