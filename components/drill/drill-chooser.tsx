"use client";

import { useTranslations } from "next-intl";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import { type DrillFault, drillFaultSchema, drillFaults, ownerCutSeconds } from "@/contract/drill";

const cut = { seconds: ownerCutSeconds };

export interface DrillChooserProps {
  fault: DrillFault | null;
  onChoose: (fault: DrillFault) => void;
}

export function DrillChooser({ fault, onChoose }: DrillChooserProps) {
  const t = useTranslations("drill");
  return (
    <Panel title={t("choose")}>
      <RadioCards
        legend={t("choose")}
        legendHidden
        columns={3}
        value={fault ?? undefined}
        onValueChange={(value) => onChoose(drillFaultSchema.parse(value))}
        cards={drillFaults.map((each) => ({
          value: each,
          label: t(`fault.${each}.title`),
          description: t(`fault.${each}.what`, cut),
          note: t(`fault.${each}.notice`, cut),
        }))}
      />
    </Panel>
  );
}
