"use client";

import type { inferRouterOutputs } from "@trpc/server";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { ChannelDialog } from "@/components/notification/channel-dialog";
import { draftOf } from "@/components/notification/channel-draft";
import { DeliveryTable } from "@/components/notification/delivery-table";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAge } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { AppRouter } from "@/server/router";

export type Channel = inferRouterOutputs<AppRouter>["notification"]["channels"]["channels"][number];

export function ChannelCard({ channel, mayAdminister }: { channel: Channel; mayAdminister: boolean }) {
  const t = useTranslations("notifications");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const client = useQueryClient();
  const [asked, setAsked] = useState<"change" | "remove" | null>(null);
  const remove = useMutation(
    trpc.notification.remove.mutationOptions({
      onSettled: () => void client.invalidateQueries(trpc.notification.pathFilter()),
    }),
  );
  const { id, name, settings, target, has, deliveries } = channel;
  const disabledReason = mayAdminister ? null : t("administratorOnly");
  return (
    <Panel
      title={name}
      flush
      aside={
        <span className="flex gap-1">
          <Button
            size="sm"
            aria-label={t("changeOf", { name })}
            disabledReason={disabledReason}
            onClick={() => setAsked("change")}
          >
            {t("change")}
          </Button>
          <Button
            size="sm"
            variant="danger"
            aria-label={t("removeOf", { name })}
            pending={remove.isPending}
            disabledReason={disabledReason}
            onClick={() => setAsked("remove")}
          >
            {t("remove")}
          </Button>
        </span>
      }
    >
      <div className="flex flex-col gap-3 p-4">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <ChannelState channel={channel} />
          <span>{t(`kind.${settings.kind}`)}</span>
          <span className="font-mono text-xs break-all">{target}</span>
          {settings.quiet !== null && (
            <span className="text-xs text-muted">
              {t("quietBetween", { from: settings.quiet.from, to: settings.quiet.to, zone: settings.timeZone })}
            </span>
          )}
        </p>
        <FailingBanner channel={channel} />
        {remove.isError && <Banner alert tone="failed" title={errorText(remove.error)} />}
      </div>
      <DeliveryTable deliveries={deliveries} channel={name} />
      {asked === "change" && (
        <ChannelDialog initial={draftOf(id, name, settings)} has={has} onClose={() => setAsked(null)} />
      )}
      <ConfirmDialog
        open={asked === "remove"}
        onOpenChange={() => setAsked(null)}
        danger
        title={t("removeTitle", { name })}
        consequence={t("removeText")}
        confirmLabel={t("remove")}
        cancelLabel={shell("cancel")}
        closeLabel={shell("close")}
        onConfirm={() => {
          setAsked(null);
          remove.mutate({ id });
        }}
      />
    </Panel>
  );
}

function ChannelState({ channel: { settings, failingSince, deliveredAt } }: { channel: Channel }) {
  const t = useTranslations("notifications.state");
  if (!settings.enabled) return <StateMark state="not-needed" label={t("off")} />;
  if (failingSince !== null) return <StateMark state="failed" label={t("failing")} />;
  if (deliveredAt === null) return <StateMark state="unknown" label={t("untried")} />;
  return (
    <span>
      <StateMark state="done" label={t("works")} />{" "}
      <TimeAge at={deliveredAt.toISOString()} className="text-xs text-muted" />
    </span>
  );
}

function FailingBanner({ channel: { failingSince, lastAnswer } }: { channel: Channel }) {
  const t = useTranslations("notifications");
  const sentence = useSentence();
  if (failingSince === null) return null;
  return (
    <Banner
      tone="failed"
      stateLabel={t("state.failing")}
      title={t("failing")}
      aside={<TimeAge at={failingSince.toISOString()} />}
    >
      {lastAnswer !== null && t("form.answer", { said: sentence(lastAnswer) })}
    </Banner>
  );
}
