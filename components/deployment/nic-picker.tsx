"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useNetworkEditing } from "@/components/deployment/network-editing";
import { LinkState } from "@/components/network/link-light";
import { useErrorText } from "@/components/shell/error-report";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { NetworkOnNode, NetworkPlan } from "@/contract/network-plan";
import { blinkSeconds } from "@/contract/nic-blink";
import type { NicFacts, NodeFacts } from "@/contract/node-facts";
import { usableNics } from "@/contract/preflight-node";

export interface NicPickerProps {
  plan: NetworkPlan;
  entry: NetworkOnNode;
  facts: NodeFacts;
  /** Shown and made to blink, not chosen. */
  isFixed: boolean;
  onChange: (entry: NetworkOnNode) => void;
}

/** All NICs of one node side by side, with what tells them apart: link, speed, driver, the switch port at the other end, the lamp. */
export function NicPicker({ plan, entry, facts, isFixed, onChange }: NicPickerProps) {
  const t = useTranslations("deployment.networks");
  const shell = useTranslations("shell");
  const [isOpen, setOpen] = useState(false);
  const network = t(`name.${plan.id}`);
  const title = t("nicsOf", { node: entry.node, network });
  const toggle = (name: string, chosen: boolean) => {
    const others = entry.nics.filter((nic) => nic !== name);
    if (plan.link === "single") onChange({ ...entry, nics: chosen ? [name] : others });
    else onChange({ ...entry, nics: chosen ? [...others, name] : others });
  };
  return (
    <>
      <Button
        size="sm"
        variant="quiet"
        className="mt-1"
        aria-label={t("compareOf", { node: entry.node, network })}
        onClick={() => setOpen(true)}
      >
        {t("compare")}
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        size="lg"
        title={title}
        description={t("compareHelp", { seconds: blinkSeconds })}
        closeLabel={shell("close")}
        footer={<Button onClick={() => setOpen(false)}>{shell("close")}</Button>}
      >
        <Table caption={title}>
          <TableHead>
            {!isFixed && <HeaderCell>{t("use")}</HeaderCell>}
            <HeaderCell>{t("nic")}</HeaderCell>
            <HeaderCell>{t("link")}</HeaderCell>
            <HeaderCell>{t("driver")}</HeaderCell>
            <HeaderCell>{t("neighbour")}</HeaderCell>
            <HeaderCell>{t("carries")}</HeaderCell>
            <HeaderCell>{t("lamp")}</HeaderCell>
          </TableHead>
          <TableBody>
            {usableNics(facts).map((nic) => (
              <NicRow
                key={nic.name}
                nic={nic}
                node={entry.node}
                facts={facts}
                plan={plan}
                chosen={entry.nics.includes(nic.name)}
                onToggle={isFixed ? null : (chosen) => toggle(nic.name, chosen)}
              />
            ))}
          </TableBody>
        </Table>
      </Dialog>
    </>
  );
}

interface NicRowProps {
  nic: NicFacts;
  node: string;
  facts: NodeFacts;
  plan: NetworkPlan;
  chosen: boolean;
  onToggle: ((chosen: boolean) => void) | null;
}

function NicRow({ nic, node, facts, plan, chosen, onToggle }: NicRowProps) {
  const t = useTranslations("deployment.networks");
  const { plans } = useNetworkEditing();
  const neighbour = facts.lldp?.find((one) => one.nic === nic.name);
  const rival = plans.find(
    ({ id, onNodes }) => id !== plan.id && onNodes.some((on) => on.node === node && on.nics.includes(nic.name)),
  );
  const held = [
    ...(nic.master === null ? [] : [nic.master]),
    ...nic.addresses.map(({ ip, prefixLength }) => `${ip}/${prefixLength}`),
  ];
  const far =
    neighbour === undefined
      ? "–"
      : t("neighbourText", { name: neighbour.system ?? neighbour.chassis, port: neighbour.port });
  return (
    <tr>
      {onToggle !== null && (
        <Cell>
          <Checkbox label={t("useNic", { nic: nic.name })} labelHidden checked={chosen} onCheckedChange={onToggle} />
        </Cell>
      )}
      <RowHeader>
        <span className="font-mono text-xs">{nic.name}</span>
        <span className="block font-mono text-2xs font-normal text-muted">{nic.mac}</span>
      </RowHeader>
      <Cell>
        <LinkState nic={nic} />
      </Cell>
      <Cell>{nic.driver ?? "–"}</Cell>
      <Cell>{far}</Cell>
      <Cell>
        {held.length > 0 && <span className="block font-mono text-xs">{held.join(", ")}</span>}
        {rival !== undefined && (
          <span className="block text-needs">{t("plannedFor", { network: t(`name.${rival.id}`) })}</span>
        )}
        {held.length === 0 && rival === undefined && "–"}
      </Cell>
      <Cell>
        <Blink node={node} nic={nic.name} />
      </Cell>
    </tr>
  );
}

function Blink({ node, nic }: { node: string; nic: string }) {
  const t = useTranslations("deployment.networks");
  const errorText = useErrorText();
  const { blink, noBlinkBecause } = useNetworkEditing();
  const asked = useMutation({ mutationFn: () => blink(node, nic) });
  return (
    <span className="flex flex-col items-start gap-0.5">
      <Button
        size="sm"
        disabledReason={noBlinkBecause}
        pending={asked.isPending}
        aria-label={asked.isPending ? `${t("blinking")} ${nic}` : t("blinkOf", { nic })}
        onClick={() => asked.mutate()}
      >
        {t(asked.isPending ? "blinking" : "blink")}
      </Button>
      <span aria-live="polite" className="max-w-60 text-xs text-failed">
        {asked.error !== null && errorText(asked.error)}
      </span>
    </span>
  );
}
