import { cn } from "@/components/ui/cn";
import { CopyButton, type CopyLabels } from "@/components/ui/copy-button";

export interface CommandLine {
  node: string;
  text: string;
}

export interface CommandListProps {
  label: string;
  commands: readonly CommandLine[];
  /** Labels of the button that copies everything. */
  copyAllLabels: CopyLabels;
  copyLabels: CopyLabels;
  className?: string | undefined;
}

/** Everything as one shell text: a comment names the node whenever it changes. */
export function commandsAsText(commands: readonly CommandLine[]): string {
  const lines: string[] = [];
  let node: string | null = null;
  for (const command of commands) {
    if (command.node !== node) lines.push(`# ${command.node}`);
    node = command.node;
    lines.push(command.text);
  }
  return `${lines.join("\n")}\n`;
}

/** What will run or ran: exact command per node, in order. */
export function CommandList({ label, commands, copyAllLabels, copyLabels, className }: CommandListProps) {
  return (
    <figure className={cn("overflow-hidden rounded-md border border-line bg-sunken", className)}>
      <figcaption className="flex items-center justify-between gap-3 border-b border-line py-0.5 pr-1 pl-3">
        <span className="text-xs text-muted">{label}</span>
        <CopyButton text={commandsAsText(commands)} labels={copyAllLabels} />
      </figcaption>
      <ol className="max-h-[32rem] overflow-auto py-1 font-mono text-xs">
        {commands.map((command, index) => (
          // A plan may hold the same command twice on one node: the position is its identity.
          <li key={index} className="group flex items-start gap-3 py-0.5 pr-1 pl-3 hover:bg-hover">
            <span className="w-24 shrink-0 truncate py-1 text-muted" title={command.node}>
              {command.node}
            </span>
            <code className="min-w-0 flex-1 py-1 break-all whitespace-pre-wrap">{command.text}</code>
            <CopyButton text={command.text} labels={copyLabels} iconOnly />
          </li>
        ))}
      </ol>
    </figure>
  );
}
