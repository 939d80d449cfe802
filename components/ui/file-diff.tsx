/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- keyboards scroll the text only when it takes focus */
import { cn } from "@/components/ui/cn";
import { type DiffLine, lineDiff } from "@/lib/line-diff";

export interface FileDiffProps {
  /** The file, and whether it is new or goes. */
  label: string;
  before: string | null;
  after: string | null;
  /** Read before a line that goes or comes. */
  signLabels: { "+": string; "-": string };
}

const grounds: Record<DiffLine["sign"], string> = {
  "+": "bg-good-soft",
  "-": "bg-failed-soft",
  " ": "text-muted",
};

/** A file before and after, as one text: the sign in front tells what the ground's colour repeats. */
export function FileDiff({ label, before, after, signLabels }: FileDiffProps) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="border-b border-line px-3 py-1 font-mono text-xs break-all text-muted">{label}</figcaption>
      <section tabIndex={0} aria-label={label} className="max-h-96 overflow-auto -outline-offset-2">
        <pre className="min-w-max py-1.5 text-xs">
          {lineDiff(before, after).map(({ sign, text }, at) => (
            // A file may hold the same line twice: the position is its identity.
            <span key={at} className={cn("block px-3", grounds[sign])}>
              <span aria-hidden>{`${sign} `}</span>
              {sign !== " " && <span className="sr-only">{signLabels[sign]} </span>}
              {text}
            </span>
          ))}
        </pre>
      </section>
    </figure>
  );
}
