"use client";

import { useTranslations } from "next-intl";
import { Switched, useFieldWords } from "@/components/config/config-switch";
import { TextField } from "@/components/deployment/draft-fields";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { Button } from "@/components/ui/button";
import type { HaNetwork } from "@/contract/ha-config";
import { unusedLocalMac } from "@/contract/mac-address";

export interface ConfigCardsFormProps {
  cards: readonly HaNetwork[];
  onChange: (cards: HaNetwork[]) => void;
}

const drawMac = () => crypto.getRandomValues(new Uint8Array(6));
const texts = ["Bridge", "MacAddress", "Ipaddr", "Netmask", "Gateway"] as const;

/** The management VM's network cards; one more, or one less. */
export function ConfigCardsForm({ cards, onChange }: ConfigCardsFormProps) {
  const t = useTranslations("config");
  const { error } = useFieldProblem("Network");
  const add = () => {
    const mac = unusedLocalMac(
      cards.map(({ MacAddress }) => MacAddress),
      drawMac,
    );
    onChange([
      ...cards,
      { Bridge: "", MacAddress: mac, Ipaddr: "", Netmask: "", Gateway: "", IsMgmt: false, IsDefRoute: false },
    ]);
  };
  return (
    <>
      {cards.map((card, at) => (
        <CardForm
          // Cards have no id of their own; they are added at the end and removed by position.
          // oxlint-disable-next-line react/no-array-index-key
          key={at}
          card={card}
          at={at}
          onChange={(next) => onChange(cards.map((each, index) => (index === at ? next : each)))}
          onRemove={() => onChange(cards.filter((_, index) => index !== at))}
        />
      ))}
      {error !== undefined && <p className="text-xs text-failed">{error}</p>}
      <div>
        <Button size="sm" onClick={add}>
          {t("edit.addCard")}
        </Button>
      </div>
    </>
  );
}

interface CardFormProps {
  card: HaNetwork;
  at: number;
  onChange: (card: HaNetwork) => void;
  onRemove: () => void;
}

function CardForm({ card, at, onChange, onRemove }: CardFormProps) {
  const t = useTranslations("config");
  const words = useFieldWords();
  return (
    <fieldset className="flex flex-col gap-3 border-t border-line pt-3">
      <legend className="engraved">{t("network", { number: at + 1 })}</legend>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {texts.map((name) => (
          <TextField
            key={name}
            path={`Network.${at}.${name}`}
            {...words(name)}
            value={card[name]}
            onValue={(value) => onChange({ ...card, [name]: value })}
          />
        ))}
        {(["IsMgmt", "IsDefRoute"] as const).map((name) => (
          <Switched
            key={name}
            name={name}
            path={`Network.${at}.${name}`}
            checked={card[name]}
            onChange={(checked) => onChange({ ...card, [name]: checked })}
          />
        ))}
      </div>
      <div>
        <Button size="sm" variant="quiet" onClick={onRemove}>
          {t("edit.removeCard", { number: at + 1 })}
        </Button>
      </div>
    </fieldset>
  );
}
