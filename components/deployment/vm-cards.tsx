"use client";

import { useTranslations } from "next-intl";
import { FieldNote } from "@/components/deployment/field-note";
import { TextField } from "@/components/deployment/draft-fields";
import { useDraft } from "@/components/deployment/draft-provider";
import { PerNodeField } from "@/components/deployment/per-node-field";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { plannedBridges } from "@/contract/config-problems";
import type { HaNetwork } from "@/contract/ha-config";
import { unusedLocalMac } from "@/contract/mac-address";

const drawMac = () => crypto.getRandomValues(new Uint8Array(6));

/** The management VM's network cards. */
export function VmCards({ cards, onChange }: { cards: readonly HaNetwork[]; onChange: (cards: HaNetwork[]) => void }) {
  const t = useTranslations("deployment.config");
  const { draft } = useDraft();
  const taken = [
    ...cards.map((card) => card.MacAddress),
    ...draft.nodes.flatMap(({ facts }) => (facts?.nics ?? []).map((nic) => nic.mac)),
  ];
  const newMac = () => unusedLocalMac(taken, drawMac);
  const add = () =>
    onChange([
      ...cards,
      {
        Bridge: plannedBridges(draft)[0] ?? "",
        MacAddress: newMac(),
        Ipaddr: "",
        Netmask: "255.255.255.0",
        Gateway: "",
        IsMgmt: cards.length === 0,
        IsDefRoute: cards.length === 0,
      },
    ]);
  return (
    <Panel
      title={t("cards")}
      aside={
        <Button size="sm" onClick={add}>
          {t("addCard")}
        </Button>
      }
    >
      <div className="flex flex-col gap-6">
        <FieldNote path="config.Network" />
        {cards.map((card, at) => (
          <VmCard
            // Cards have no id of their own; they are added and removed at the end or by position.
            // oxlint-disable-next-line react/no-array-index-key
            key={at}
            card={card}
            at={at}
            onChange={(next) => onChange(cards.map((each, index) => (index === at ? next : each)))}
            onRemove={() => onChange(cards.filter((_, index) => index !== at))}
            newMac={newMac}
          />
        ))}
      </div>
    </Panel>
  );
}

interface VmCardProps {
  card: HaNetwork;
  at: number;
  onChange: (card: HaNetwork) => void;
  onRemove: () => void;
  newMac: () => string;
}

function VmCard({ card, at, onChange, onRemove, newMac }: VmCardProps) {
  const t = useTranslations("deployment.config");
  const path = `config.Network.${at}`;
  const set = (part: Partial<HaNetwork>) => onChange({ ...card, ...part });
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="float-left w-full pb-2 font-medium">{t("card", { number: at + 1 })}</legend>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <BridgeField path={`${path}.Bridge`} value={card.Bridge} onValue={(Bridge) => set({ Bridge })} />
        <div className="flex items-end gap-2">
          <TextField
            className="flex-1"
            path={`${path}.MacAddress`}
            label={t("MacAddress")}
            help={t("MacAddressHelp")}
            value={card.MacAddress}
            onValue={(MacAddress) => set({ MacAddress })}
          />
          <Button className="self-start mt-6" onClick={() => set({ MacAddress: newMac() })}>
            {t("generate")}
          </Button>
        </div>
      </div>
      <PerNodeField
        path={`${path}.Ipaddr`}
        label={t("Ipaddr")}
        value={card.Ipaddr}
        onValue={(Ipaddr) => set({ Ipaddr })}
      />
      <PerNodeField
        path={`${path}.Netmask`}
        label={t("Netmask")}
        value={card.Netmask}
        onValue={(Netmask) => set({ Netmask })}
      />
      <PerNodeField
        path={`${path}.Gateway`}
        label={t("Gateway")}
        value={card.Gateway}
        onValue={(Gateway) => set({ Gateway })}
      />
      <div className="flex flex-wrap gap-x-8 gap-y-2">
        <Switch
          checked={card.IsMgmt}
          onCheckedChange={(IsMgmt) => set({ IsMgmt })}
          label={t("IsMgmt")}
          description={t("IsMgmtHelp")}
        />
        <Switch
          checked={card.IsDefRoute}
          onCheckedChange={(IsDefRoute) => set({ IsDefRoute })}
          label={t("IsDefRoute")}
          description={t("IsDefRouteHelp")}
        />
      </div>
      <div>
        <Button size="sm" variant="quiet" onClick={onRemove}>
          {t("removeCard", { number: at + 1 })}
        </Button>
      </div>
    </fieldset>
  );
}

function BridgeField({ path, value, onValue }: { path: string; value: string; onValue: (value: string) => void }) {
  const t = useTranslations("deployment.config");
  const { draft } = useDraft();
  const problem = useFieldProblem(path);
  const bridges = plannedBridges(draft);
  const known = bridges.includes(value) || value === "";
  return (
    <Field label={t("Bridge")} help={t("BridgeHelp")} {...problem}>
      {(control) =>
        known && bridges.length > 0 ? (
          <Select
            {...control}
            className="font-mono"
            value={value}
            onChange={(event) => onValue(event.target.value)}
            options={[
              ...(value === "" ? [{ value: "", label: t("choose") }] : []),
              ...bridges.map((name) => ({ value: name, label: name })),
            ]}
          />
        ) : (
          <Input {...control} mono spellCheck={false} value={value} onChange={(event) => onValue(event.target.value)} />
        )
      }
    </Field>
  );
}
