"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useDraft } from "@/components/deployment/draft-provider";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Select } from "@/components/ui/select";
import { Cell, HeaderCell, Table, TableBody, TableHead } from "@/components/ui/table";
import {
  type InstallNode,
  type InstallPlan,
  installFiles,
  rootPasswordHashPlaceholder,
} from "@/contract/install-files";

const columns = ["hostName", "nic", "ip", "prefixLength", "gateway", "dns", "systemDisk"] as const;

/** Servers still to be installed. Optional: who has running servers goes on. */
export function InstallPlanForm() {
  const t = useTranslations("deployment.prepare");
  const { draft, saver } = useDraft();
  const plan = draft.installation;
  const save = (value: InstallPlan) => saver.edit({ part: "installation", value });
  const add = () => save({ ...plan, nodes: [...plan.nodes, nextNode(plan.nodes)] });
  return (
    <Panel
      title={t("unattended")}
      aside={
        <Button size="sm" onClick={add}>
          {t("addServer")}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">{t("unattendedHelp", { placeholder: rootPasswordHashPlaceholder })}</p>
        {plan.nodes.length > 0 && (
          <>
            <Field label={t("timeZone")} className="max-w-xs">
              {(control) => (
                <Input
                  {...control}
                  value={plan.timeZone}
                  onChange={(event) => save({ ...plan, timeZone: event.target.value.trim() })}
                />
              )}
            </Field>
            <Table caption={t("unattended")}>
              <TableHead>
                {columns.map((column) => (
                  <HeaderCell key={column}>{t(`column.${column}`)}</HeaderCell>
                ))}
                <HeaderCell>
                  <span className="sr-only">{t("removeServer")}</span>
                </HeaderCell>
              </TableHead>
              <TableBody>
                {plan.nodes.map((node, at) => (
                  <ServerRow
                    // A server has no id before it is installed; rows are only added and removed.
                    // oxlint-disable-next-line react/no-array-index-key
                    key={at}
                    node={node}
                    number={at + 1}
                    onChange={(next) =>
                      save({ ...plan, nodes: plan.nodes.map((each, index) => (index === at ? next : each)) })
                    }
                    onRemove={() => save({ ...plan, nodes: plan.nodes.filter((_, index) => index !== at) })}
                  />
                ))}
              </TableBody>
            </Table>
            <Files plan={plan} />
          </>
        )}
      </div>
    </Panel>
  );
}

function nextNode(nodes: readonly InstallNode[]): InstallNode {
  const last = nodes.at(-1);
  const base = last ?? {
    hostName: "",
    nic: "eth0",
    ip: "",
    prefixLength: 24,
    gateway: "",
    dns: "",
    systemDisk: "/dev/sda",
  };
  return { ...base, hostName: `ceph-${nodes.length + 1}`, ip: "" };
}

function ServerRow({
  node,
  number,
  onChange,
  onRemove,
}: {
  node: InstallNode;
  number: number;
  onChange: (node: InstallNode) => void;
  onRemove: () => void;
}) {
  const t = useTranslations("deployment.prepare");
  return (
    <tr>
      {columns.map((column) => (
        <Cell key={column}>
          <Input
            mono
            className="min-w-24"
            spellCheck={false}
            aria-label={t("columnOf", { column: t(`column.${column}`), number })}
            value={String(node[column])}
            onChange={(event) => {
              const text = event.target.value.trim();
              if (column === "prefixLength")
                onChange({ ...node, prefixLength: /^\d{1,2}$/.test(text) ? Number(text) : 0 });
              else onChange({ ...node, [column]: text });
            }}
          />
        </Cell>
      ))}
      <Cell>
        <Button size="sm" variant="quiet" aria-label={t("removeServerNamed", { number })} onClick={onRemove}>
          {t("removeServer")}
        </Button>
      </Cell>
    </tr>
  );
}

function Files({ plan }: { plan: InstallPlan }) {
  const t = useTranslations("deployment.prepare");
  const copy = useCopyLabels();
  const [name, setName] = useState("");
  const files = generated(plan);
  if (typeof files === "string")
    return <p className="text-xs text-failed">{t("filesImpossible", { reason: files })}</p>;
  const shown = files.find((file) => file.name === name) ?? files[0];
  if (shown === undefined) return null;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-end gap-3">
        <Field label={t("file")} className="w-64">
          {(control) => (
            <Select
              {...control}
              value={shown.name}
              onChange={(event) => setName(event.target.value)}
              options={files.map((file) => ({ value: file.name, label: file.name }))}
            />
          )}
        </Field>
        <Button onClick={() => download(shown.name, shown.content)}>{t("download")}</Button>
      </div>
      <CodeBlock label={shown.name} text={shown.content} copyLabels={copy.one} />
    </div>
  );
}

/** The files, or what cannot stand in one. */
function generated(plan: InstallPlan): ReturnType<typeof installFiles> | string {
  try {
    return installFiles(plan);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function download(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
