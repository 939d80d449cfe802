/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- keyboards scroll the text only when it takes focus */
import { cn } from "@/components/ui/cn";
import { CopyButton, type CopyLabels } from "@/components/ui/copy-button";

export interface CodeBlockProps {
  /** Name of what is shown, read by screen readers and shown in the bar. */
  label: string;
  text: string;
  copyLabels: CopyLabels;
  /** Wraps long lines instead of scrolling sideways. */
  wrap?: boolean;
  /** Takes most of the window's height, for a text that is the page's subject. */
  tall?: boolean;
  className?: string | undefined;
}

/** Text as the machine prints it. The body takes focus so that the keyboard can scroll it. */
export function CodeBlock({ label, text, copyLabels, wrap = false, tall = false, className }: CodeBlockProps) {
  return (
    <figure className={cn("overflow-hidden rounded-md border border-line bg-sunken", className)}>
      <figcaption className="flex items-center justify-between gap-3 border-b border-line py-0.5 pr-1 pl-3">
        <span className="truncate font-mono text-xs text-muted">{label}</span>
        <CopyButton text={text} labels={copyLabels} />
      </figcaption>
      <section
        tabIndex={0}
        aria-label={label}
        className={cn("overflow-auto -outline-offset-2", tall ? "max-h-[calc(100dvh-8rem)]" : "max-h-[32rem]")}
      >
        <pre className={cn("px-3 py-2.5 text-xs", wrap && "break-words whitespace-pre-wrap")}>{text}</pre>
      </section>
    </figure>
  );
}
