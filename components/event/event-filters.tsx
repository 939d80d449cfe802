"use client";

import { useTranslations } from "next-intl";
import { type EventLook, eventRanges, localMinute } from "@/components/event/event-filter-query";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { eventGroups, eventSeverities } from "@/contract/event-kinds";

export interface EventFiltersProps {
  look: EventLook;
  nodes: readonly string[];
  onChange: (look: EventLook) => void;
}

export function EventFilters({ look, nodes, onChange }: EventFiltersProps) {
  const t = useTranslations("events");
  const all = { value: "", label: t("filter.all") };
  const time = (name: "from" | "until") => (
    <Field label={t(`filter.${name}`)} className="w-52">
      {(control) => (
        <Input
          {...control}
          type="datetime-local"
          value={localMinute(look[name])}
          onChange={({ target }) =>
            onChange({ ...look, [name]: target.value === "" ? null : new Date(target.value).toISOString() })
          }
        />
      )}
    </Field>
  );
  return (
    <search className="flex flex-wrap items-end gap-3 border-b border-line px-4 py-3">
      <Field label={t("filter.group")} className="w-44">
        {(control) => (
          <Select
            {...control}
            value={look.group ?? ""}
            onChange={({ target }) =>
              onChange({ ...look, group: eventGroups.find((group) => group === target.value) ?? null })
            }
            options={[all, ...eventGroups.map((value) => ({ value, label: t(`group.${value}`) }))]}
          />
        )}
      </Field>
      <Field label={t("filter.severity")} className="w-36">
        {(control) => (
          <Select
            {...control}
            value={look.severity ?? ""}
            onChange={({ target }) =>
              onChange({ ...look, severity: eventSeverities.find((severity) => severity === target.value) ?? null })
            }
            options={[all, ...eventSeverities.map((value) => ({ value, label: t(`severity.${value}`) }))]}
          />
        )}
      </Field>
      <Field label={t("filter.node")} className="w-40">
        {(control) => (
          <Select
            {...control}
            value={look.node ?? ""}
            onChange={({ target }) => onChange({ ...look, node: target.value === "" ? null : target.value })}
            options={[all, ...nodes.map((value) => ({ value, label: value }))]}
          />
        )}
      </Field>
      <Field label={t("filter.time")} className="w-40">
        {(control) => (
          <Select
            {...control}
            value={look.range}
            onChange={({ target }) =>
              onChange({ ...look, range: eventRanges.find((range) => range === target.value) ?? "all" })
            }
            options={eventRanges.map((value) => ({ value, label: t(`range.${value}`) }))}
          />
        )}
      </Field>
      {look.range === "own" && (
        <>
          {time("from")}
          {time("until")}
        </>
      )}
    </search>
  );
}
