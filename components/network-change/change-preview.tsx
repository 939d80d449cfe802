"use client";

import { useTranslations } from "next-intl";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { Badge } from "@/components/ui/badge";
import { CommandList } from "@/components/ui/command-list";
import { FileDiff } from "@/components/ui/file-diff";
import { Panel } from "@/components/ui/panel";
import type { NetApplyResult } from "@/contract/net-apply";
import { shellQuote } from "@/lib/shell-quote";

/** What each node would do, as it says itself: the files it would write and the commands it would run, in order. */
export function ChangePreview({ nodes }: { nodes: readonly { node: string; result: NetApplyResult }[] }) {
  const t = useTranslations("network.change-page");
  const firstChanged = nodes.find(({ result }) => result.changed)?.node;
  return (
    <Panel title={t("plan")} flush>
      <ul>
        {nodes.map(({ node, result }) => (
          <li key={node} className="border-b border-line last:border-b-0">
            <details open={node === firstChanged}>
              <summary className="flex cursor-pointer flex-wrap items-center gap-2 px-4 py-2 hover:bg-hover">
                <span className="font-medium">{node}</span>
                <Badge>{result.stack}</Badge>
                <span className="text-muted">
                  {result.changed
                    ? t("counts", { files: result.files.length, commands: result.commands.length })
                    : t("same")}
                </span>
              </summary>
              {result.changed && <NodeChange node={node} result={result} />}
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NodeChange({ node, result }: { node: string; result: NetApplyResult }) {
  const t = useTranslations("network.change-page");
  const copy = useCopyLabels();
  return (
    <div className="flex flex-col gap-3 px-4 pb-4">
      {result.files.map(({ path, before, after }) => (
        <FileDiff
          key={path}
          label={before === null ? t("newFile", { path }) : after === null ? t("goneFile", { path }) : path}
          before={before}
          after={after}
          signLabels={{ "+": t("added"), "-": t("removed") }}
        />
      ))}
      {result.commands.length > 0 && (
        <CommandList
          label={t("commands")}
          commands={result.commands.map((argv) => ({ node, text: shellQuote(argv) }))}
          copyLabels={copy.one}
          copyAllLabels={copy.all}
        />
      )}
    </div>
  );
}
