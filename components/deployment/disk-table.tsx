"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { FieldNote } from "@/components/deployment/field-note";
import { useDraft } from "@/components/deployment/draft-provider";
import { useSentence } from "@/components/shell/use-sentence";
import { Checkbox } from "@/components/ui/checkbox";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { BootstrapStorage } from "@/contract/deployment";
import type { DiskFacts, NodeFacts } from "@/contract/node-facts";
import { isSystemDisk } from "@/contract/storage-problems";

/** Disks to become OSDs. One with data is taken only after its path has been typed. */
export function DiskTable({
  storage,
  onChange,
}: {
  storage: BootstrapStorage;
  onChange: (part: Partial<BootstrapStorage>) => void;
}) {
  const t = useTranslations("deployment.storage");
  const shell = useTranslations("shell");
  const sentence = useSentence();
  const { draft } = useDraft();
  const [asking, setAsking] = useState<{ node: string; path: string; because: string } | null>(null);
  const nodes = draft.nodes.flatMap((node) => node.facts ?? []);
  const take = (node: string, path: string, taken: boolean, wipe: boolean) => {
    const others = (storage.disks[node] ?? []).filter((each) => each !== path);
    const key = `${node}:${path}`;
    const confirmed = storage.wipeConfirmed.filter((each) => each !== key);
    onChange({
      disks: { ...storage.disks, [node]: taken ? [...others, path].sort() : others },
      wipeConfirmed: wipe ? [...confirmed, key] : confirmed,
    });
  };
  return (
    <Panel title={t("disks")} flush>
      <Table caption={t("disks")}>
        <TableHead>
          <HeaderCell>{t("node")}</HeaderCell>
          <HeaderCell>{t("disk")}</HeaderCell>
          <HeaderCell numeric>{t("size")}</HeaderCell>
          <HeaderCell>{t("kind")}</HeaderCell>
          <HeaderCell>{t("diskState")}</HeaderCell>
        </TableHead>
        <TableBody>
          {nodes.flatMap((facts) =>
            facts.disks.map((disk) => (
              <DiskRow
                key={`${facts.hostName}:${disk.path}`}
                facts={facts}
                disk={disk}
                chosen={(storage.disks[facts.hostName] ?? []).includes(disk.path)}
                wiped={storage.wipeConfirmed.includes(`${facts.hostName}:${disk.path}`)}
                onTake={(taken) => {
                  if (taken && disk.inUseBecause.length > 0)
                    setAsking({ node: facts.hostName, path: disk.path, because: sentence.all(disk.inUseBecause) });
                  else take(facts.hostName, disk.path, taken, false);
                }}
              />
            )),
          )}
        </TableBody>
      </Table>
      <div className="px-4 pb-2">
        {nodes.map((facts) => (
          <FieldNote key={facts.hostName} path={`storage.disks.${facts.hostName}`} />
        ))}
      </div>
      <ConfirmDialog
        key={asking === null ? "none" : `${asking.node}:${asking.path}`}
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        danger
        title={t("wipeTitle", { node: asking?.node ?? "", disk: asking?.path ?? "" })}
        consequence={t("wipeConsequence", { because: asking?.because ?? "" })}
        typed={{
          word: asking?.path ?? "",
          label: t("wipeType", { disk: asking?.path ?? "" }),
          mismatchReason: t("wipeMismatch"),
        }}
        confirmLabel={t("wipeConfirm")}
        cancelLabel={shell("cancel")}
        closeLabel={shell("close")}
        onConfirm={() => {
          if (asking !== null) take(asking.node, asking.path, true, true);
          setAsking(null);
        }}
      />
    </Panel>
  );
}

function DiskRow({
  facts,
  disk,
  chosen,
  wiped,
  onTake,
}: {
  facts: NodeFacts;
  disk: DiskFacts;
  chosen: boolean;
  wiped: boolean;
  onTake: (taken: boolean) => void;
}) {
  const t = useTranslations("deployment.storage");
  const sentence = useSentence();
  const system = isSystemDisk(disk, facts);
  return (
    <tr>
      <RowHeader>{facts.hostName}</RowHeader>
      <Cell>
        <Checkbox
          label={
            <span className="font-mono">
              <span className="sr-only">{facts.hostName} </span>
              {disk.path}
            </span>
          }
          {...(disk.model === null ? {} : { description: [disk.model, disk.serial].filter(Boolean).join(" · ") })}
          checked={chosen}
          disabled={system && !chosen}
          onCheckedChange={onTake}
        />
      </Cell>
      <Cell numeric>{Math.round(disk.sizeBytes / 1e8) / 10} GB</Cell>
      <Cell>{disk.rotational ? t("hdd") : t("ssd")}</Cell>
      <Cell>
        {system ? (
          <StateMark state="not-needed" label={t("system")} />
        ) : disk.inUseBecause.length === 0 ? (
          <StateMark state="done" label={t("empty")} />
        ) : (
          <StateMark state="needs-you" label={wiped ? t("willBeErased") : t("holdsData")} />
        )}
        {disk.inUseBecause.length > 0 && (
          <span className="block max-w-72 text-xs text-muted">{sentence.all(disk.inUseBecause)}</span>
        )}
      </Cell>
    </tr>
  );
}
