"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { AddressStrip } from "@/components/deployment/address-strip";
import { useNetworkEditing } from "@/components/deployment/network-editing";
import { NicPicker } from "@/components/deployment/nic-picker";
import { LinkState } from "@/components/network/link-light";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { fillAddresses, type FilledAddresses } from "@/contract/address-plan";
import { type NetworkOnNode, type NetworkPlan, networkDevice } from "@/contract/network-plan";
import type { NicFacts, NodeFacts } from "@/contract/node-facts";
import { usableNics } from "@/contract/preflight-node";

/** One row per node: its NICs with their lamps, the device they become, its address. */
export function NetworkNodesTable({ plan, onChange }: { plan: NetworkPlan; onChange: (plan: NetworkPlan) => void }) {
  const t = useTranslations("deployment.networks");
  const { nodes } = useNetworkEditing();
  const name = t(`name.${plan.id}`);
  const addressed = plan.id !== "data";
  return (
    <div className="flex flex-col gap-2">
      <Table caption={t("onNodes", { network: name })}>
        <TableHead>
          <HeaderCell>{t("node")}</HeaderCell>
          <HeaderCell>{t("nics")}</HeaderCell>
          <HeaderCell>{t("device")}</HeaderCell>
          {addressed && <HeaderCell>{t("address")}</HeaderCell>}
        </TableHead>
        <TableBody>
          {plan.onNodes.map((entry, at) => (
            <NodeRow
              key={entry.node}
              plan={plan}
              entry={entry}
              at={at}
              facts={nodes.find((node) => node.name === entry.node)?.facts ?? null}
              onChange={(next) =>
                onChange({ ...plan, onNodes: plan.onNodes.map((each) => (each.node === next.node ? next : each)) })
              }
            />
          ))}
        </TableBody>
      </Table>
      {addressed && <FillAddresses plan={plan} onChange={onChange} />}
    </div>
  );
}

function FillAddresses({ plan, onChange }: { plan: NetworkPlan; onChange: (plan: NetworkPlan) => void }) {
  const t = useTranslations("deployment.networks");
  const { plans, otherAddresses, fixedBecause } = useNetworkEditing();
  const [told, setTold] = useState<FilledAddresses | null>(null);
  const planned = plans
    .filter((each) => each.id !== plan.id)
    .flatMap((each) => each.onNodes.flatMap(({ ip }) => (ip === null ? [] : [ip])));
  const taken = [...planned, ...otherAddresses];
  const filled = fillAddresses(plan, { taken, keep: false });
  const fill = () => {
    if (filled === null) return;
    onChange(filled.plan);
    setTold(filled);
  };
  const reason = fixedBecause ?? (filled === null ? t("firstAddressFirst") : null);
  return (
    <>
      <AddressStrip plan={plan} others={taken} />
      <div className="flex flex-wrap items-center gap-3">
        <Button size="sm" disabledReason={reason} onClick={fill}>
          {t("fill")}
        </Button>
        <span aria-live="polite" className="text-xs text-muted">
          {told !== null &&
            told.skipped.length > 0 &&
            t("skipped", { addresses: told.skipped.map(({ ip }) => ip).join(", ") })}
          {told !== null && told.without.length > 0 && (
            <span className="text-failed"> {t("subnetFull", { nodes: told.without.join(", ") })}</span>
          )}
        </span>
      </div>
    </>
  );
}

function NodeRow({
  plan,
  entry,
  at,
  facts,
  onChange,
}: {
  plan: NetworkPlan;
  entry: NetworkOnNode;
  at: number;
  facts: NodeFacts | null;
  onChange: (entry: NetworkOnNode) => void;
}) {
  const t = useTranslations("deployment.networks");
  const path = `networks.${plan.id}.onNodes.${at}`;
  const nicProblem = useFieldProblem(`${path}.nics`);
  const ipProblem = useFieldProblem(`${path}.ip`);
  const network = t(`name.${plan.id}`);
  const { fixedBecause } = useNetworkEditing();
  const isFixed = fixedBecause !== null;
  const nics = usableNics(facts ?? { nics: [] });
  return (
    <tr>
      <RowHeader>{entry.node}</RowHeader>
      <Cell>
        {plan.link === "single" && isFixed ? (
          <span className="font-mono text-xs">{entry.nics.join(", ")}</span>
        ) : plan.link === "single" ? (
          <SingleNic entry={entry} nics={nics} label={t("nicOf", { node: entry.node, network })} onChange={onChange} />
        ) : (
          <ManyNics entry={entry} nics={nics} label={t("nicsOf", { node: entry.node, network })} onChange={onChange} />
        )}
        <Problem {...nicProblem} />
        {facts !== null && (
          <NicPicker
            plan={plan}
            entry={entry}
            facts={facts}
            isFixed={isFixed && plan.link === "single"}
            onChange={onChange}
          />
        )}
      </Cell>
      <Cell className="font-mono text-xs">{networkDevice(plan, entry.node) ?? "–"}</Cell>
      {plan.id !== "data" && (
        <Cell>
          <Input
            mono
            className="w-40"
            readOnly={isFixed}
            spellCheck={false}
            autoComplete="off"
            aria-label={t("addressOf", { node: entry.node, network })}
            aria-invalid={ipProblem.error === undefined ? undefined : true}
            value={entry.ip ?? ""}
            onChange={(event) =>
              onChange({ ...entry, ip: event.target.value.trim() === "" ? null : event.target.value.trim() })
            }
          />
          <Problem {...ipProblem} />
        </Cell>
      )}
    </tr>
  );
}

function Problem({ error, advice }: { error: string | undefined; advice: string | undefined }) {
  return (
    <span aria-live="polite" className="block max-w-80 text-xs">
      {error !== undefined && <span className="text-failed">{error}</span>}
      {error === undefined && advice !== undefined && <span className="text-needs">{advice}</span>}
    </span>
  );
}

interface NicChoice {
  entry: NetworkOnNode;
  nics: readonly NicFacts[];
  label: string;
  onChange: (entry: NetworkOnNode) => void;
}

function SingleNic({ entry, nics, label, onChange }: NicChoice) {
  const t = useTranslations("deployment.networks");
  const chosen = nics.find(({ name }) => name === entry.nics[0]);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Select
        aria-label={label}
        className="w-44 font-mono"
        value={entry.nics[0] ?? ""}
        onChange={(event) => onChange({ ...entry, nics: event.target.value === "" ? [] : [event.target.value] })}
        options={[{ value: "", label: t("choose") }, ...nics.map((nic) => ({ value: nic.name, label: nic.name }))]}
      />
      {chosen && <LinkState nic={chosen} />}
    </span>
  );
}

function ManyNics({ entry, nics, label, onChange }: NicChoice) {
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="sr-only">{label}</legend>
      {nics.map((nic) => (
        <span key={nic.name} className="flex items-center gap-1.5">
          <Checkbox
            label={nic.name}
            checked={entry.nics.includes(nic.name)}
            onCheckedChange={(checked) =>
              onChange({
                ...entry,
                nics: checked ? [...entry.nics, nic.name] : entry.nics.filter((name) => name !== nic.name),
              })
            }
          />
          <LinkState nic={nic} />
        </span>
      ))}
    </fieldset>
  );
}
