CREATE TABLE "ocr_endpoints" (
	"url" text PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'closed' NOT NULL,
	"down_since" timestamp (3) with time zone,
	"error_code" text,
	"error_message" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"probe_at" timestamp (3) with time zone,
	"probe_task" uuid,
	"job_limit" double precision,
	"ramp_to" double precision,
	"limited_at" timestamp (3) with time zone,
	"admit_after" timestamp (3) with time zone,
	CONSTRAINT "ocr_endpoints_state" CHECK ("ocr_endpoints"."state" in ('closed', 'open', 'half_open'))
);
--> statement-breakpoint
ALTER TABLE "tasks" DROP CONSTRAINT "tasks_has_owner_or_time";--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "parked_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "tasks_parked" ON "tasks" USING btree ("parked_at") WHERE "tasks"."parked_at" is not null;--> statement-breakpoint
CREATE INDEX "tasks_in_flight" ON "tasks" USING btree ("ocr_endpoint") WHERE "tasks"."ocr_endpoint" is not null and "tasks"."stage" in ('submit', 'poll') and "tasks"."status" in ('queued', 'ocr_processing');--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_has_owner_or_time" CHECK (case when "tasks"."status" in ('queued', 'ocr_processing') then num_nonnulls("tasks"."claimed_by", "tasks"."due_at", "tasks"."parked_at") = 1
          else num_nonnulls("tasks"."claimed_by", "tasks"."due_at") = 0 end);