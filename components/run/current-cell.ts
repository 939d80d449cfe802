import type { Plan } from "@/contract/run";
import { type CellProgress, cellOf, isMoving, isStopped, type RunProgress } from "@/contract/run-progress";

export interface CellPlace {
  readonly step: string;
  readonly cell: string;
}

/** The cell a person wants to see when nobody chose one: what needs them, else what is at work, else what came last. */
export function currentCell(plan: Pick<Plan, "steps">, progress: RunProgress): CellPlace | null {
  const places = plan.steps.flatMap((step) => step.cells.map((cell) => ({ step: step.id, cell })));
  const first = (wanted: (cell: CellProgress) => boolean) =>
    places.find(({ step, cell }) => wanted(cellOf(progress, step, cell)));
  const ended = (place: CellPlace): string => cellOf(progress, place.step, place.cell).endedAt ?? "";
  const last = places
    .filter((place) => ended(place) !== "")
    .toSorted((a, b) => (ended(a) < ended(b) ? -1 : 1))
    .at(-1);
  return (
    first((cell) => isStopped(cell) || cell.state === "undo-failed") ?? first(isMoving) ?? last ?? places[0] ?? null
  );
}

/** Nodes in the order the plan names them; the cluster as a whole comes last. */
export function columnsOf(plan: Pick<Plan, "steps">, clusterCell: string): readonly string[] {
  const cells = new Set(plan.steps.flatMap((step) => step.cells));
  const hasCluster = cells.delete(clusterCell);
  return hasCluster ? [...cells, clusterCell] : [...cells];
}

export type GridKey = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

/** Where a key leads in a grid with holes: the nearest existing cell in that direction, or the same place. */
export function moveInGrid(
  plan: Pick<Plan, "steps">,
  columns: readonly string[],
  from: CellPlace,
  key: GridKey,
): CellPlace {
  const row = plan.steps.findIndex(({ id }) => id === from.step);
  const column = columns.indexOf(from.cell);
  const exists = (at: number, cell: string | undefined): boolean =>
    cell !== undefined && (plan.steps[at]?.cells.includes(cell) ?? false);
  const inRow = (cells: readonly string[]): CellPlace => {
    const cell = cells.find((name) => exists(row, name));
    return cell === undefined ? from : { step: from.step, cell };
  };
  switch (key) {
    case "ArrowLeft":
      return inRow(columns.slice(0, column).toReversed());
    case "ArrowRight":
      return inRow(columns.slice(column + 1));
    case "Home":
      return inRow(columns);
    case "End":
      return inRow(columns.toReversed());
    case "ArrowUp":
    case "ArrowDown": {
      const step = plan.steps[row + (key === "ArrowUp" ? -1 : 1)];
      if (step === undefined) return from;
      // A row without this column is entered at its nearest cell, so that no row is out of reach.
      const byDistance = step.cells.toSorted(
        (a, b) => Math.abs(columns.indexOf(a) - column) - Math.abs(columns.indexOf(b) - column),
      );
      return { step: step.id, cell: byDistance[0] ?? from.cell };
    }
  }
}
