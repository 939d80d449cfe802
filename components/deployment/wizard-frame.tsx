"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { paths } from "@/components/client/paths";
import { useDraft } from "@/components/deployment/draft-provider";
import type { ServerDraft } from "@/components/deployment/draft-saver";
import { useProblemText } from "@/components/deployment/problem-text";
import { SaveConflict, SaveStatus } from "@/components/deployment/save-status";
import { PageHeader } from "@/components/shell/page-header";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import type { MarkState } from "@/components/ui/state-mark";
import { Stepper } from "@/components/ui/stepper";
import { type WizardPlace, wizardPlaces } from "@/contract/deployment";
import { type PlaceState, placeOf, placeState } from "@/contract/deployment-problems";
import type { FieldProblem } from "@/contract/preflight";

const marks: Record<PlaceState, MarkState> = {
  right: "done",
  advice: "done",
  wrong: "needs-you",
  waiting: "pending",
};

/** Stepper at the left, the place at the right, Back and Next below it. Next says why it cannot be used. */
export function WizardFrame({ place, children }: { place: WizardPlace; children: ReactNode }) {
  const t = useTranslations("deployment");
  const { draft, server } = useDraft();
  const stateOf = (each: WizardPlace): PlaceState => {
    if (each === "done") return server.run?.state === "succeeded" ? "right" : "waiting";
    return placeState(draft, each);
  };
  return (
    <div className="flex flex-col">
      <PageHeader
        title={t(`place.${place}.title`)}
        note={t(`place.${place}.purpose`)}
        actions={server.run === null ? <SaveStatus /> : null}
      />
      <div className="grid items-start gap-6 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <Stepper
          label={t("steps")}
          current={place}
          className="lg:sticky lg:top-4"
          steps={wizardPlaces.map((each) => {
            const state = stateOf(each);
            return {
              id: each,
              title: t(`place.${each}.short`),
              state: marks[state],
              stateLabel: t(`state.${state}`),
              note: state === "advice" ? t("state.advice") : undefined,
              renderLink: (content: ReactNode) => <Link href={paths.newCluster(each, draft.id)}>{content}</Link>,
            };
          })}
        />
        <div className="flex min-w-0 flex-col gap-4">
          <SaveConflict />
          <StartedNote place={place} />
          <Locked place={place}>{children}</Locked>
          <WizardFooter place={place} />
        </div>
      </div>
    </div>
  );
}

const startedNoteId = "deployment-started";
/** The last two places say so themselves. */
const isStarted = (server: Pick<ServerDraft, "run">, place: WizardPlace): boolean =>
  server.run !== null && place !== "review" && place !== "done";

/** Once started, the plan is the run's; what is typed here is refused. The last two places say so themselves. */
function StartedNote({ place }: { place: WizardPlace }) {
  const t = useTranslations("deployment.started");
  const { server } = useDraft();
  if (server.run === null || !isStarted(server, place)) return null;
  return (
    <Banner
      id={startedNoteId}
      tone="note"
      title={t("title")}
      actions={
        <Link href={paths.run(server.run.id)} className={buttonStyles({})}>
          {t("openRun")}
        </Link>
      }
    >
      {t("means")}
    </Banner>
  );
}

/** What a started run works from can be read, not changed: every control says so, those of the keyboard included. */
function Locked({ place, children }: { place: WizardPlace; children: ReactNode }) {
  const { server } = useDraft();
  return (
    <fieldset
      disabled={isStarted(server, place)}
      aria-describedby={isStarted(server, place) ? startedNoteId : undefined}
      className="flex min-w-0 flex-col gap-4"
    >
      {children}
    </fieldset>
  );
}

function WizardFooter({ place }: { place: WizardPlace }) {
  const t = useTranslations("deployment");
  const problemText = useProblemText();
  const { draft, problems, saver } = useDraft();
  const at = wizardPlaces.indexOf(place);
  const back = at > 0 ? wizardPlaces[at - 1] : undefined;
  // Review starts the run itself; done is the end.
  const next = place === "review" || place === "done" ? undefined : wizardPlaces[at + 1];
  const first = problems.find((problem) => problem.severity === "error" && placeOf(problem) === place);
  return (
    <footer className="flex items-center justify-between gap-3 border-t border-line pt-4">
      {back === undefined ? (
        <span />
      ) : (
        <Link href={paths.newCluster(back, draft.id)} className={buttonStyles({})} onClick={() => void saver.flush()}>
          {t("back")}
        </Link>
      )}
      {next !== undefined && <NextButton place={next} problem={first} say={problemText} />}
    </footer>
  );
}

function NextButton({
  place,
  problem,
  say,
}: {
  place: WizardPlace;
  problem: FieldProblem | undefined;
  say: (problem: FieldProblem) => string;
}) {
  const t = useTranslations("deployment");
  const { draft, saver } = useDraft();
  if (problem !== undefined)
    return (
      <div className="flex min-w-0 items-center gap-3">
        <span aria-hidden className="truncate text-xs text-muted">
          {say(problem)}
        </span>
        <Button variant="primary" disabledReason={say(problem)}>
          {t("next")}
        </Button>
      </div>
    );
  return (
    <Link
      href={paths.newCluster(place, draft.id)}
      className={buttonStyles({ variant: "primary" })}
      onClick={() => void saver.flush()}
    >
      {t("next")}
    </Link>
  );
}
