CREATE TABLE "idempotency_keys" (
	"key_name" text NOT NULL,
	"key" text NOT NULL,
	"task_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_key_name_key_pk" PRIMARY KEY("key_name","key")
);
--> statement-breakpoint
CREATE TABLE "ocr_results" (
	"task_id" uuid PRIMARY KEY NOT NULL,
	"generation" integer NOT NULL,
	"raw" "bytea" NOT NULL,
	"raw_sha256" text NOT NULL,
	"page_count" integer NOT NULL,
	"plain_text" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"task_id" uuid NOT NULL,
	"type" text NOT NULL,
	"generation" integer NOT NULL,
	"stage" text,
	"attempt" integer NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'uploaded' NOT NULL,
	"stage" text,
	"generation" integer DEFAULT 1 NOT NULL,
	"dispatch" integer DEFAULT 0 NOT NULL,
	"claimed_by" uuid,
	"due_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone,
	"attempt" integer DEFAULT 0 NOT NULL,
	"waits" integer DEFAULT 0 NOT NULL,
	"waiting_reason" text,
	"submissions" integer DEFAULT 0 NOT NULL,
	"resubmits" integer DEFAULT 0 NOT NULL,
	"ocr_endpoint" text,
	"ocr_job_id" text,
	"poll_cursor" bigint DEFAULT 0 NOT NULL,
	"missing_since" timestamp (3) with time zone,
	"done_pages" integer,
	"total_pages" integer,
	"error_code" text,
	"error_message" text,
	"image_path" text NOT NULL,
	"original_filename" text,
	"content_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"submitted_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "tasks_status" CHECK ("tasks"."status" in ('uploaded', 'queued', 'ocr_processing', 'ocr_done', 'ocr_failed', 'cancelled')),
	CONSTRAINT "tasks_stage" CHECK ("tasks"."stage" in ('submit', 'poll', 'store')),
	CONSTRAINT "tasks_has_owner_or_time" CHECK (("tasks"."status" in ('queued', 'ocr_processing')) = ("tasks"."claimed_by" is not null or "tasks"."due_at" is not null)),
	CONSTRAINT "tasks_has_deadline" CHECK (not ("tasks"."status" in ('queued', 'ocr_processing')) or ("tasks"."deadline_at" is not null and "tasks"."stage" is not null)),
	CONSTRAINT "tasks_has_ocr_job" CHECK ("tasks"."status" <> 'ocr_processing' or "tasks"."ocr_job_id" is not null),
	CONSTRAINT "tasks_has_no_ocr_job" CHECK ("tasks"."status" not in ('uploaded', 'queued') or "tasks"."ocr_job_id" is null)
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"hostname" text NOT NULL,
	"pid" integer NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ocr_results" ADD CONSTRAINT "ocr_results_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_events" ADD CONSTRAINT "task_events_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_task" ON "idempotency_keys" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "task_events_by_task" ON "task_events" USING btree ("task_id","id");--> statement-breakpoint
CREATE INDEX "tasks_by_status" ON "tasks" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "tasks_unclaimed" ON "tasks" USING btree ("seen_at" NULLS FIRST) WHERE "tasks"."claimed_by" is null and "tasks"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "tasks_claimed" ON "tasks" USING btree ("claimed_by") WHERE "tasks"."claimed_by" is not null;--> statement-breakpoint
CREATE INDEX "tasks_deadlines" ON "tasks" USING btree ("deadline_at") WHERE "tasks"."status" in ('queued', 'ocr_processing');