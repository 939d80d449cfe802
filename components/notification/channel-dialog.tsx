"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { type ChannelDraft, gapOf, inputOf } from "@/components/notification/channel-draft";
import { EventChoiceList } from "@/components/notification/event-choice";
import { QuietFields } from "@/components/notification/quiet-fields";
import { TargetFields } from "@/components/notification/target-fields";
import { TestOutcome } from "@/components/notification/test-outcome";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { channelKinds } from "@/contract/notification";
import type { ChannelSecrets } from "@/contract/notification-schema";

export interface ChannelDialogProps {
  initial: ChannelDraft;
  has: Readonly<Record<keyof ChannelSecrets, boolean>>;
  onClose: () => void;
}

/** One channel: where it goes, in which language, about what and when. Tested as it stands here, saved or not. */
export function ChannelDialog({ initial, has, onClose }: ChannelDialogProps) {
  const t = useTranslations("notifications.form");
  const words = useTranslations("notifications");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const client = useQueryClient();
  const [draft, setDraft] = useState(initial);
  const clusters = useQuery(trpc.cluster.list.queryOptions()).data ?? [];
  const refresh = () => void client.invalidateQueries(trpc.notification.pathFilter());
  const save = useMutation(
    trpc.notification.save.mutationOptions({
      onSuccess: () => {
        refresh();
        onClose();
      },
    }),
  );
  const test = useMutation(trpc.notification.test.mutationOptions({ onSettled: refresh }));
  const change = (part: Partial<ChannelDraft>): void => setDraft({ ...draft, ...part });
  const gap = gapOf(draft, has);
  const disabledReason = gap === null ? null : t(`gap.${gap}`);
  const input = () => inputOf(draft, window.location.origin);
  const chosen = draft.clusters ?? clusters.map(({ id }) => id);
  const choose = (id: string, tell: boolean): void => {
    const next = tell ? [...chosen, id] : chosen.filter((one) => one !== id);
    change({ clusters: clusters.every((one) => next.includes(one.id)) ? null : next });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={draft.id === null ? t("titleNew") : t("title", { name: initial.name })}
      closeLabel={shell("close")}
      footer={
        <>
          <Button onClick={onClose}>{shell("cancel")}</Button>
          <Button pending={test.isPending} disabledReason={disabledReason} onClick={() => test.mutate(input())}>
            {t("test")}
          </Button>
          <Button
            variant="primary"
            pending={save.isPending}
            disabledReason={disabledReason}
            onClick={() => save.mutate(input())}
          >
            {t("save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {test.data !== undefined && <TestOutcome outcome={test.data} />}
        {test.isError && <Banner alert tone="failed" title={errorText(test.error)} />}
        {save.isError && <Banner alert tone="failed" title={errorText(save.error)} />}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("name")} required>
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                maxLength={64}
                value={draft.name}
                onChange={({ target }) => change({ name: target.value })}
              />
            )}
          </Field>
          <Field label={t("kind")} help={t(`kindHelp.${draft.kind}`)}>
            {(control) => (
              <Select
                {...control}
                value={draft.kind}
                onChange={({ target }) =>
                  change({ kind: channelKinds.find((kind) => kind === target.value) ?? "webhook" })
                }
                options={channelKinds.map((value) => ({ value, label: words(`kind.${value}`) }))}
              />
            )}
          </Field>
          <Field label={t("language")}>
            {(control) => (
              <Select
                {...control}
                value={draft.locale}
                onChange={({ target }) => change({ locale: target.value === "en" ? "en" : "zh-CN" })}
                options={[
                  { value: "zh-CN", label: "简体中文" },
                  { value: "en", label: "English" },
                ]}
              />
            )}
          </Field>
          <Field label={t("timeZone")} help={t("timeZoneHelp")}>
            {(control) => (
              <Select
                {...control}
                value={draft.timeZone}
                onChange={({ target }) => change({ timeZone: target.value })}
                options={zones(draft.timeZone).map((value) => ({ value, label: value }))}
              />
            )}
          </Field>
        </div>
        <TargetFields draft={draft} has={has} onChange={change} />
        <Switch
          checked={draft.enabled}
          onCheckedChange={(enabled) => change({ enabled })}
          label={t("enabled")}
          description={t("enabledHelp")}
        />
        <QuietFields draft={draft} onChange={change} />
        {clusters.length > 1 && (
          <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
            <legend className="engraved pb-1.5">{t("clusters")}</legend>
            {clusters.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={chosen.includes(id)}
                onCheckedChange={(tell) => choose(id, tell)}
              />
            ))}
          </fieldset>
        )}
        <section aria-labelledby="told" className="flex flex-col gap-3">
          <h3 id="told" className="text-base font-semibold">
            {t("events")}
          </h3>
          <EventChoiceList choice={draft} onChange={({ on, off }) => change({ on, off })} />
        </section>
      </div>
    </Dialog>
  );
}

const zones = (current: string): string[] => [...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone")])];
