"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type LogLook, type SearchRange, searchRanges, toggled } from "@/components/logs/log-filter-query";
import { useTimeText } from "@/components/shell/use-time-text";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { type LogFilter, logLevels } from "@/contract/log-line";

export interface LogFiltersProps {
  look: LogLook;
  onChange: (look: LogLook) => void;
  nodes: readonly string[];
  families: readonly string[];
  searching: boolean;
}

/** The text narrows what is shown while it is typed; Enter looks for it in every file of the nodes. */
export function LogFilters({ look, onChange, nodes, families, searching }: LogFiltersProps) {
  const t = useTranslations("logs");
  const { absolute } = useTimeText();
  const [range, setRange] = useState<SearchRange>(look.search ?? "day");
  const { filter } = look;
  const narrow = (change: Partial<LogFilter>): void => onChange({ ...look, filter: { ...filter, ...change } });
  const search = (event: FormEvent): void => {
    event.preventDefault();
    onChange({ ...look, search: range, aroundMs: null });
  };
  return (
    <div className="flex flex-wrap items-start gap-x-6 gap-y-3 border-b border-line px-4 py-3">
      <search className="min-w-72 flex-1">
        <form onSubmit={search} className="flex flex-wrap gap-2">
          <Input
            type="search"
            aria-label={t("text")}
            placeholder={t("text")}
            value={filter.text}
            maxLength={200}
            onChange={(event) => narrow({ text: event.target.value })}
            className="min-w-40 flex-1"
          />
          <Select
            aria-label={t("range.label")}
            value={range}
            onChange={(event) => setRange(searchRanges.find((each) => each === event.target.value) ?? "day")}
            options={searchRanges.map((value) => ({ value, label: t(`range.${value}`) }))}
            className="w-36"
          />
          <Button type="submit" pending={searching}>
            <Search aria-hidden />
            {t("search")}
          </Button>
        </form>
        {look.search !== null && look.aroundMs !== null && (
          <p className="pt-1 text-xs text-muted">
            {t("around", { time: absolute(new Date(look.aroundMs).toISOString()) })}
          </p>
        )}
      </search>
      <Group label={t("levels")}>
        {logLevels.map((level) => (
          <Checkbox
            key={level}
            label={t(`level.${level}`)}
            checked={filter.levels?.has(level) ?? true}
            onCheckedChange={() => narrow({ levels: toggled(filter.levels, level, logLevels) })}
          />
        ))}
      </Group>
      {nodes.length > 1 && (
        <Group label={t("nodes")}>
          {nodes.map((node) => (
            <Checkbox
              key={node}
              label={node}
              checked={filter.nodes?.has(node) ?? true}
              onCheckedChange={() => narrow({ nodes: toggled(filter.nodes, node, nodes) })}
            />
          ))}
        </Group>
      )}
      {families.length > 1 && (
        <Group label={t("files")}>
          {families.map((file) => (
            <Checkbox
              key={file}
              label={file}
              checked={filter.files?.has(file) ?? true}
              onCheckedChange={() => narrow({ files: toggled(filter.files, file, families) })}
            />
          ))}
        </Group>
      )}
    </div>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <fieldset aria-labelledby={id} className="flex min-w-0 flex-col gap-1">
      <span id={id} className="engraved">
        {label}
      </span>
      <div className="flex flex-wrap gap-x-4 gap-y-1">{children}</div>
    </fieldset>
  );
}
