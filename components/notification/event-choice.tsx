"use client";

import { useTranslations } from "next-intl";
import { severityMarks } from "@/components/event/event-marks";
import { useEventWords } from "@/components/event/use-event-words";
import { Checkbox } from "@/components/ui/checkbox";
import { StateMark } from "@/components/ui/state-mark";
import { eventGroups, eventKindNames, eventKinds } from "@/contract/event-kinds";
import { type EventChoice, isChosen, withChoice } from "@/contract/notification";

export interface EventChoiceListProps {
  choice: EventChoice;
  onChange: (choice: EventChoice) => void;
}

/** Every event there is, with what it means: one tick each. */
export function EventChoiceList({ choice, onChange }: EventChoiceListProps) {
  const t = useTranslations("events");
  const say = useEventWords();
  return (
    <div className="flex flex-col gap-4">
      {eventGroups.map((group) => (
        <fieldset key={group} className="flex flex-col gap-2">
          <legend className="engraved pb-1.5">{t(`group.${group}`)}</legend>
          {eventKindNames
            .filter((kind) => eventKinds[kind].group === group)
            .map((kind) => (
              <Checkbox
                key={kind}
                checked={isChosen(choice, kind)}
                onCheckedChange={(chosen) => onChange(withChoice(choice, kind, chosen))}
                label={
                  <>
                    {say.kind(kind)}{" "}
                    <StateMark
                      state={severityMarks[eventKinds[kind].severity]}
                      label={t(`severity.${eventKinds[kind].severity}`)}
                      className="text-xs"
                    />
                  </>
                }
                description={t(`kind.${kind}.about`)}
              />
            ))}
        </fieldset>
      ))}
    </div>
  );
}
