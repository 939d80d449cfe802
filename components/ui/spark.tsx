import { cn } from "@/components/ui/cn";

const width = 120;
const height = 28;

/** SVG path of the points, broken where a value is null: a gap is a gap, never a straight line over it. */
export function sparkPath(values: readonly (number | null)[]): string {
  const peak = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let pen = "M";
  let path = "";
  values.forEach((value, index) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const y = height - 1.5 - (value / peak) * (height - 3);
    path += `${pen}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  });
  return path;
}

/** Shape of the last minutes beside a figure; the figure carries the value, so the line is decoration for screen readers. */
export function Spark({ values, className }: { values: readonly (number | null)[]; className?: string | undefined }) {
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={cn("h-7 w-30", className)}
    >
      <path
        d={sparkPath(values)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
