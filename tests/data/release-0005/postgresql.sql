CREATE TABLE public.alarm_state (
    branch_id bigint NOT NULL,
    name text NOT NULL,
    crossed_at timestamp with time zone,
    raised_at timestamp with time zone,
    value double precision
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.api_token (
    id bigint NOT NULL,
    name text NOT NULL,
    token_hash text NOT NULL,
    scopes json NOT NULL,
    branch_id bigint,
    user_id bigint,
    kiosk_id bigint,
    screen_id bigint,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);
CREATE SEQUENCE public.api_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.api_token_id_seq OWNED BY public.api_token.id;
CREATE TABLE public.branch (
    id bigint NOT NULL,
    slug text NOT NULL,
    name json NOT NULL,
    time_zone text NOT NULL,
    cut_over_hour integer NOT NULL,
    languages json NOT NULL,
    opening_hours json,
    finish_on_next boolean NOT NULL,
    confirm_arrival boolean NOT NULL,
    target_wait_seconds integer NOT NULL,
    accent_colour text NOT NULL,
    open_devices boolean NOT NULL,
    day_ends_by_itself boolean NOT NULL,
    notice json NOT NULL,
    other_channels json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    slip_layout json,
    rules json DEFAULT '{}'::json NOT NULL,
    desk json DEFAULT '{}'::json NOT NULL,
    reporting json DEFAULT '{}'::json NOT NULL
);
CREATE SEQUENCE public.branch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.branch_id_seq OWNED BY public.branch.id;
CREATE TABLE public.branch_logo (
    branch_id bigint NOT NULL,
    png bytea NOT NULL
);
CREATE TABLE public.branch_state (
    branch_id bigint NOT NULL,
    revision bigint NOT NULL,
    settings_revision bigint NOT NULL,
    business_date date NOT NULL
);
CREATE TABLE public.counter (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    active boolean NOT NULL,
    profile_id bigint
);
CREATE SEQUENCE public.counter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.counter_id_seq OWNED BY public.counter.id;
CREATE TABLE public.counter_pause (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason text
);
CREATE SEQUENCE public.counter_pause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.counter_pause_id_seq OWNED BY public.counter_pause.id;
CREATE TABLE public.counter_session (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    counter_id bigint NOT NULL,
    user_id bigint,
    actor text NOT NULL,
    actor_name text NOT NULL,
    profile_id bigint,
    opened_at timestamp with time zone NOT NULL,
    paused_at timestamp with time zone,
    closed_at timestamp with time zone,
    end_reason text,
    languages json DEFAULT '[]'::json NOT NULL,
    turns json DEFAULT '{}'::json NOT NULL,
    wrap_up_at timestamp with time zone
);
CREATE SEQUENCE public.counter_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.counter_session_id_seq OWNED BY public.counter_session.id;
CREATE TABLE public.day_facts (
    branch_id bigint NOT NULL,
    business_date date NOT NULL,
    first_revision bigint NOT NULL,
    last_revision bigint NOT NULL,
    form integer NOT NULL,
    digest bigint NOT NULL,
    rows bytea NOT NULL
);
CREATE TABLE public.kiosk (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    name text NOT NULL,
    printer_id bigint
);
CREATE SEQUENCE public.kiosk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.kiosk_id_seq OWNED BY public.kiosk.id;
CREATE TABLE public.leg (
    id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    branch_id bigint NOT NULL,
    sequence integer NOT NULL,
    service_id bigint NOT NULL,
    state text NOT NULL,
    rank integer NOT NULL,
    "position" bigint NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone,
    reserved_counter_id bigint,
    reserved_user_id bigint,
    first_called_at timestamp with time zone,
    last_called_at timestamp with time zone,
    calls integer NOT NULL,
    call_revision bigint,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    counter_id bigint,
    user_id bigint,
    rule text,
    outcome text,
    wanted_language text,
    booked_for timestamp with time zone,
    recalls integer DEFAULT 0 NOT NULL,
    rule_facts json
);
CREATE SEQUENCE public.leg_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.leg_id_seq OWNED BY public.leg.id;
CREATE TABLE public.message (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    schedule_id bigint,
    "to" text NOT NULL,
    content json NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    problem text,
    detail text,
    created_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone,
    finished_at timestamp with time zone
);
CREATE SEQUENCE public.message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.message_id_seq OWNED BY public.message.id;
CREATE TABLE public.number_series (
    branch_id bigint NOT NULL,
    business_date date NOT NULL,
    series text NOT NULL,
    last integer NOT NULL
);
CREATE TABLE public.pairing (
    id bigint NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    secret_hash text NOT NULL,
    branch_id bigint,
    device_id bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone
);
CREATE SEQUENCE public.pairing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.pairing_id_seq OWNED BY public.pairing.id;
CREATE TABLE public.panel (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    address json NOT NULL,
    counter_id bigint,
    enabled boolean NOT NULL,
    test_until timestamp with time zone,
    status text NOT NULL,
    status_detail text,
    status_at timestamp with time zone
);
CREATE SEQUENCE public.panel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.panel_id_seq OWNED BY public.panel.id;
CREATE TABLE public.print_job (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    ticket_id bigint,
    printer_id bigint NOT NULL,
    state text NOT NULL,
    slip json NOT NULL,
    copy boolean NOT NULL,
    attempts integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone,
    claimed_by text,
    claimed_until timestamp with time zone,
    finished_at timestamp with time zone,
    error_code text,
    asked_by text,
    moved_from_id bigint
);
CREATE SEQUENCE public.print_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.print_job_id_seq OWNED BY public.print_job.id;
CREATE TABLE public.printer (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    address json NOT NULL,
    profile text NOT NULL,
    paper text NOT NULL,
    enabled boolean NOT NULL,
    last_success_at timestamp with time zone,
    last_error_at timestamp with time zone,
    last_error text,
    paused boolean DEFAULT false NOT NULL,
    status text DEFAULT 'unknown'::text NOT NULL,
    status_detail text,
    status_at timestamp with time zone,
    token_hash text,
    digest_hash text,
    fallback_id bigint
);
CREATE TABLE public.printer_event (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    printer_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    status text NOT NULL,
    detail text
);
CREATE SEQUENCE public.printer_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.printer_event_id_seq OWNED BY public.printer_event.id;
CREATE SEQUENCE public.printer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.printer_id_seq OWNED BY public.printer.id;
CREATE TABLE public.report_job (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    asked_by text NOT NULL,
    question json NOT NULL,
    state text NOT NULL,
    share_done double precision NOT NULL,
    file_name text,
    size_bytes bigint,
    error_code text,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.report_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.report_job_id_seq OWNED BY public.report_job.id;
CREATE TABLE public.report_schedule (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    report text NOT NULL,
    options json NOT NULL,
    form text NOT NULL,
    language text NOT NULL,
    span text NOT NULL,
    hour integer NOT NULL,
    recipients json NOT NULL,
    active boolean NOT NULL,
    created_by text NOT NULL,
    next_on date NOT NULL
);
CREATE SEQUENCE public.report_schedule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.report_schedule_id_seq OWNED BY public.report_schedule.id;
CREATE TABLE public.screen (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    name text NOT NULL,
    layout json
);
CREATE TABLE public.screen_ack (
    branch_id bigint NOT NULL,
    call_id bigint NOT NULL,
    screen_key text NOT NULL,
    shown_at timestamp with time zone,
    spoken_at timestamp with time zone
);
CREATE SEQUENCE public.screen_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.screen_id_seq OWNED BY public.screen.id;
CREATE TABLE public.screen_state (
    branch_id bigint NOT NULL,
    screen_key text NOT NULL,
    screen_id bigint,
    revision bigint,
    seen_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone,
    shows json NOT NULL
);
CREATE TABLE public.service (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    slug text NOT NULL,
    series text NOT NULL,
    name json NOT NULL,
    "position" integer NOT NULL,
    active boolean NOT NULL,
    intake_open boolean NOT NULL,
    opening_hours json,
    daily_quota integer,
    first_number integer NOT NULL,
    digits integer NOT NULL,
    target_wait_seconds integer,
    expected_service_seconds integer NOT NULL,
    bring json NOT NULL,
    slip_text json DEFAULT '{}'::json NOT NULL,
    outcomes json DEFAULT '[]'::json NOT NULL,
    longest_wait_minutes integer
);
CREATE SEQUENCE public.service_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.service_id_seq OWNED BY public.service.id;
CREATE TABLE public.ticket (
    id bigint NOT NULL,
    token text NOT NULL,
    branch_id bigint NOT NULL,
    service_id bigint NOT NULL,
    business_date date NOT NULL,
    series text NOT NULL,
    number integer NOT NULL,
    label text NOT NULL,
    language text NOT NULL,
    priority text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    next_services json DEFAULT '[]'::json NOT NULL
);
CREATE TABLE public.ticket_event (
    branch_id bigint NOT NULL,
    revision bigint NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    ticket_id bigint,
    leg_id bigint,
    counter_id bigint,
    user_id bigint,
    reason text,
    rule text,
    data json NOT NULL,
    request_id text,
    request_key text
);
CREATE SEQUENCE public.ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ticket_id_seq OWNED BY public.ticket.id;
CREATE TABLE public.ticket_note (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    author text NOT NULL,
    text text NOT NULL
);
CREATE SEQUENCE public.ticket_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ticket_note_id_seq OWNED BY public.ticket_note.id;
CREATE TABLE public.user_account (
    id bigint NOT NULL,
    username text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    language text NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    languages json DEFAULT '[]'::json NOT NULL
);
CREATE SEQUENCE public.user_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.user_account_id_seq OWNED BY public.user_account.id;
CREATE TABLE public.user_role (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    branch_id bigint,
    role text NOT NULL,
    profile_id bigint
);
CREATE SEQUENCE public.user_role_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.user_role_id_seq OWNED BY public.user_role.id;
CREATE TABLE public.work_profile (
    id bigint NOT NULL,
    branch_id bigint NOT NULL,
    name text NOT NULL,
    terms json DEFAULT '[]'::json NOT NULL,
    manner text DEFAULT 'first_come'::text NOT NULL
);
CREATE SEQUENCE public.work_profile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.work_profile_id_seq OWNED BY public.work_profile.id;
ALTER TABLE ONLY public.api_token ALTER COLUMN id SET DEFAULT nextval('public.api_token_id_seq'::regclass);
ALTER TABLE ONLY public.branch ALTER COLUMN id SET DEFAULT nextval('public.branch_id_seq'::regclass);
ALTER TABLE ONLY public.counter ALTER COLUMN id SET DEFAULT nextval('public.counter_id_seq'::regclass);
ALTER TABLE ONLY public.counter_pause ALTER COLUMN id SET DEFAULT nextval('public.counter_pause_id_seq'::regclass);
ALTER TABLE ONLY public.counter_session ALTER COLUMN id SET DEFAULT nextval('public.counter_session_id_seq'::regclass);
ALTER TABLE ONLY public.kiosk ALTER COLUMN id SET DEFAULT nextval('public.kiosk_id_seq'::regclass);
ALTER TABLE ONLY public.leg ALTER COLUMN id SET DEFAULT nextval('public.leg_id_seq'::regclass);
ALTER TABLE ONLY public.message ALTER COLUMN id SET DEFAULT nextval('public.message_id_seq'::regclass);
ALTER TABLE ONLY public.pairing ALTER COLUMN id SET DEFAULT nextval('public.pairing_id_seq'::regclass);
ALTER TABLE ONLY public.panel ALTER COLUMN id SET DEFAULT nextval('public.panel_id_seq'::regclass);
ALTER TABLE ONLY public.print_job ALTER COLUMN id SET DEFAULT nextval('public.print_job_id_seq'::regclass);
ALTER TABLE ONLY public.printer ALTER COLUMN id SET DEFAULT nextval('public.printer_id_seq'::regclass);
ALTER TABLE ONLY public.printer_event ALTER COLUMN id SET DEFAULT nextval('public.printer_event_id_seq'::regclass);
ALTER TABLE ONLY public.report_job ALTER COLUMN id SET DEFAULT nextval('public.report_job_id_seq'::regclass);
ALTER TABLE ONLY public.report_schedule ALTER COLUMN id SET DEFAULT nextval('public.report_schedule_id_seq'::regclass);
ALTER TABLE ONLY public.screen ALTER COLUMN id SET DEFAULT nextval('public.screen_id_seq'::regclass);
ALTER TABLE ONLY public.service ALTER COLUMN id SET DEFAULT nextval('public.service_id_seq'::regclass);
ALTER TABLE ONLY public.ticket ALTER COLUMN id SET DEFAULT nextval('public.ticket_id_seq'::regclass);
ALTER TABLE ONLY public.ticket_note ALTER COLUMN id SET DEFAULT nextval('public.ticket_note_id_seq'::regclass);
ALTER TABLE ONLY public.user_account ALTER COLUMN id SET DEFAULT nextval('public.user_account_id_seq'::regclass);
ALTER TABLE ONLY public.user_role ALTER COLUMN id SET DEFAULT nextval('public.user_role_id_seq'::regclass);
ALTER TABLE ONLY public.work_profile ALTER COLUMN id SET DEFAULT nextval('public.work_profile_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.api_token VALUES (1, 'hall', 'fa52a2fc096c81ebf4984178adc502bf84083c9db6c0ac156ba323c3899dd7b6', '["display"]', 1, NULL, NULL, 1, '2026-03-03 07:00:00+00', NULL);
INSERT INTO public.api_token VALUES (2, 'feed', '2cee3fa7b3af8ee9967cffcfd344f05cf9402e62d9db8d094514a17ffdb9ff17', '["reports"]', NULL, NULL, NULL, NULL, '2026-03-03 07:00:00+00', NULL);
INSERT INTO public.api_token VALUES (3, 'gone', '66d6c42bf85a46db8da3b7d7d4adbe13b99e679903123c6e91d45db7f3fc9b23', '["reports"]', NULL, NULL, NULL, NULL, '2026-03-03 07:00:00+00', '2026-03-03 07:00:00+00');
INSERT INTO public.branch VALUES (1, 'brno', '{"cs": "Brno-st\u0159ed", "en": "Brno Centre"}', 'Europe/Prague', 3, '["cs", "en", "sk", "pl", "hu"]', NULL, true, false, 900, '#0b5d4e', false, true, '{}', '{}', '2026-03-03 07:00:00+00', NULL, '{}', '{}', '{}');
INSERT INTO public.branch_state VALUES (1, 108, 0, '2026-03-04');
INSERT INTO public.counter VALUES (1, 1, '1', 1, true, NULL);
INSERT INTO public.counter VALUES (2, 1, '2', 2, true, NULL);
INSERT INTO public.counter VALUES (3, 1, '3', 3, true, NULL);
INSERT INTO public.counter VALUES (4, 1, '4', 4, true, NULL);
INSERT INTO public.counter_pause VALUES (1, 2, '2026-03-03 08:59:32+00', '2026-03-03 09:02:32+00', NULL);
INSERT INTO public.counter_pause VALUES (2, 1, '2026-03-03 09:29:36+00', '2026-03-03 09:32:36+00', NULL);
INSERT INTO public.counter_pause VALUES (3, 4, '2026-03-04 08:24:11+00', '2026-03-04 08:27:11+00', NULL);
INSERT INTO public.counter_pause VALUES (4, 3, '2026-03-04 09:59:50+00', '2026-03-04 10:02:50+00', NULL);
INSERT INTO public.counter_pause VALUES (5, 3, '2026-03-04 10:30:46+00', '2026-03-04 10:33:46+00', NULL);
INSERT INTO public.counter_session VALUES (1, 1, 1, 1, 'user:1', 'Alena', NULL, '2026-03-03 08:00:00+00', NULL, '2026-03-04 03:00:00+00', 'day_closed', '[]', '{}', NULL);
INSERT INTO public.counter_session VALUES (2, 1, 2, 2, 'user:2', 'Bohdan', NULL, '2026-03-03 08:00:00+00', NULL, '2026-03-04 03:00:00+00', 'day_closed', '[]', '{}', NULL);
INSERT INTO public.counter_session VALUES (4, 1, 2, 2, 'user:2', 'Bohdan', NULL, '2026-03-04 08:00:00+00', NULL, NULL, NULL, '[]', '{}', NULL);
INSERT INTO public.counter_session VALUES (3, 1, 1, 1, 'user:1', 'Alena', NULL, '2026-03-04 08:00:00+00', NULL, NULL, NULL, '[]', '{}', NULL);
INSERT INTO public.day_facts VALUES (1, '2026-03-03', 1, 58, 2, -5757501114808724949, '\xcf0100007b2263616c6c73223a2031372c20226c656773223a205b31392c205b226931222c20226931222c20226931222c20226931222c20226931222c20226931222c20226931222c20226931222c20226931222c20227c6231222c20223c6938222c20223c6934222c20223c6934222c20223c6934222c20223c6934222c20223c6934222c20226931222c20226931222c20226931225d5d2c2022766973697473223a205b31362c205b226931222c20226931222c20226931222c20226931222c20226931222c20226931222c20226931222c20227c6231222c20223c6938222c20223c6938222c20223c6938222c20223c6934222c20223c6934222c20223c6934222c20223c6934222c20223c6934222c20226931222c20226931222c20227c6231222c20223c6934222c20223c6934222c20223c6934225d5d2c20227374616666223a205b3135322c205b226931222c20226931222c20223c6938222c20223c6934222c20223c6934222c20223c6934222c20223c6934225d5d2c2022776f726473223a205b22222c20227374616e64617264222c20226b696f736b222c20226e6f5f73686f77222c202266696e6973686564222c20227472616e73666572726564222c202265787069726564225d7d000102030404050606070808090a0b0c0d0e0f010101010102010102010102010101010101010101030102030302030303030302020202020202020201010102010202020202020200000000020202010101020102020202020202000000000101010101010101010101010101010101010102020202020202020202020202020202020202000000000000000000000000000000000000000304040405040405030405040404040606060600010101010101010001010101010100000000d896c2b29c010000d026c7b29c0100007095ccb29c010000f89cceb29c0100009036d4b29c010000402bdfb29c010000c80ee7b29c01000090edf4b29c0100006042fdb29c010000a8bffbb29c010000405f00b39c010000b0e018b39c010000b83f02b39c010000f84007b39c010000d06a0fb39c010000107e11b39c010000c8e217b39c01000080e219b39c01000090b527b39c010000e022020050930800e016040040780600e8740200d084000050c300007851040038a3060018e3180010a31500c02d0800704b2100089e1d00509e1b0028751c00ffffffffffffffffffffffffffffffff70050300000000000000000000000000000000000000000000000000ffffffff000000000000000000000000000000000000000000000000ffffffffffffffffffffffffffffffffffffffffc0980b00e016040040780600e8740200d084000050c3000078510400ffffffff18e3180010a31500c02d0800704b2100089e1d00509e1b00fffffffffffffffffffffffffffffffff0b40500ffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0451100ffffffffffffffffffffffffffffffffffffffffffffffff703db803b8d8b10300d9af03f005a203ffffffff800e08004013020040960100c87f0800604f050080131c0058030400ffffffff905f010060de0200b87c0200d8530100202a060018ea0200ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff01020101010101010101010101010101000000000100000000000000000000000000000000000101030102030203030302020202020200020201010201020202020200000000000202010102010202020202000000000101010101010101010101010101010102020202020202020202020202020202000000000000000000000000000000000304040404040304040404040606060600010101010101010101010100000000d896c2b29c010000d026c7b29c0100007095ccb29c010000f89cceb29c0100009036d4b29c010000c80ee7b29c01000090edf4b29c010000a8bffbb29c010000405f00b39c010000b83f02b39c010000f84007b39c010000d06a0fb39c010000107e11b39c010000c8e217b39c01000080e219b39c01000090b527b39c010000ffffffffffffffff10cedab29c01000090bfd2b29c01000078abd6b29c010000402bdfb29c01000098e503b39c0100006042fdb29c010000500216b39c010000b0e018b39c01000000df24b39c01000020092bb39c01000038f32db39c010000ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc84bc8b29c01000010cedab29c01000090bfd2b29c01000078abd6b29c01000070ffe4b29c01000098e503b39c01000040880eb39c010000500216b39c010000288b23b39c01000000df24b39c01000020092bb39c01000038f32db39c01000080bbc9b69c01000080bbc9b69c01000080bbc9b69c01000080bbc9b69c010000ffffffffc0980b00e016040040780600e874020050c300007851040018e3180010a31500704b2100089e1d00509e1b00fffffffffffffffffffffffffffffffff0b40500ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff703db803b8d8b10300d9af03f005a203ffffffffc0980b00e016040040780600b8f9020050c300007851040018e31800d0d01d00704b2100089e1d00509e1b00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd0840000ffffffffffffffffffffffffc02d0800fffffffffffffffffffffffffffffffffffffffffffffffffffffffff0b4050040a71300202a0600800e0800e0c81000d0d61c00b09a1900a8421a00e82b2300489f220028c8230068881e00703db803b8d8b10300d9af03f005a203000101010201010102010101000000000000000001000100010000000000000001010101010101010101010101000000000000000000000000000000e8df0500000000000000000000000000000000005022060020a107000000000088e3070070520b0078ce0400a0680600d011280000000000000000000000000008f20f0000000000000000000000000000000000a0a91000b0b8140000000000606c150018bf1e00d80b0d0020651100c0c36c0000000000000000000000000070640800000000000000000000000000000000004ec308002ee60a00000000000b450b00a02c1000d0dd0600c0270900053e3900010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020201010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020008b6b29c010000a0c3c3b29c010000407fd1b29c010000e03adfb29c01000080f6ecb29c01000020b2fab29c010000c06d08b39c010000602916b39c01000000e523b39c010000a0a031b39c010000405c3fb39c010000e0174db39c01000080d35ab39c010000208f68b39c010000c04a76b39c010000600684b39c01000000c291b39c010000a07d9fb39c0100004039adb39c010000e0f4bab39c01000080b0c8b39c010000206cd6b39c010000c027e4b39c01000060e3f1b39c010000009fffb39c010000a05a0db49c01000040161bb49c010000e0d128b49c010000808d36b49c010000204944b49c010000c00452b49c01000060c05fb49c010000007c6db49c010000a0377bb49c01000040f388b49c010000e0ae96b49c010000806aa4b49c0100002026b2b49c010000c0e1bfb49c010000609dcdb49c0100000059dbb49c010000a014e9b49c01000040d0f6b49c010000e08b04b59c010000804712b59c010000200320b59c010000c0be2db59c010000607a3bb59c010000003649b59c010000a0f156b59c01000040ad64b59c010000e06872b59c010000802480b59c01000020e08db59c010000c09b9bb59c0100006057a9b59c0100000013b7b59c010000a0cec4b59c010000408ad2b59c010000e045e0b59c0100008001eeb59c01000020bdfbb59c010000c07809b69c010000603417b69c01000000f024b69c010000a0ab32b69c010000406740b69c010000e0224eb69c01000080de5bb69c010000209a69b69c010000c05577b69c010000601185b69c01000000cd92b69c010000a088a0b69c0100004044aeb69c010000e0ffbbb69c0100000008b6b29c010000a0c3c3b29c010000407fd1b29c010000e03adfb29c01000080f6ecb29c01000020b2fab29c010000c06d08b39c010000602916b39c01000000e523b39c010000a0a031b39c010000405c3fb39c010000e0174db39c01000080d35ab39c010000208f68b39c010000c04a76b39c010000600684b39c01000000c291b39c010000a07d9fb39c0100004039adb39c010000e0f4bab39c01000080b0c8b39c010000206cd6b39c010000c027e4b39c01000060e3f1b39c010000009fffb39c010000a05a0db49c01000040161bb49c010000e0d128b49c010000808d36b49c010000204944b49c010000c00452b49c01000060c05fb49c010000007c6db49c010000a0377bb49c01000040f388b49c010000e0ae96b49c010000806aa4b49c0100002026b2b49c010000c0e1bfb49c010000609dcdb49c0100000059dbb49c010000a014e9b49c01000040d0f6b49c010000e08b04b59c010000804712b59c010000200320b59c010000c0be2db59c010000607a3bb59c010000003649b59c010000a0f156b59c01000040ad64b59c010000e06872b59c010000802480b59c01000020e08db59c010000c09b9bb59c0100006057a9b59c0100000013b7b59c010000a0cec4b59c010000408ad2b59c010000e045e0b59c0100008001eeb59c01000020bdfbb59c010000c07809b69c010000603417b69c01000000f024b69c010000a0ab32b69c010000406740b69c010000e0224eb69c01000080de5bb69c010000209a69b69c010000c05577b69c010000601185b69c01000000cd92b69c010000a088a0b69c0100004044aeb69c010000e0ffbbb69c010000a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d000000000000000000000000000000000000000000c05d000060610200000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000606d0000c051020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000020c5010088540a00604f05001873010040900200000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000650400d04e090008b70400e0690b00a0bb0d0020a10700e08d0500a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00c82c010068890900186703008038010078510400a0cd0a00405a0b00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00a0bb0d00c82c0100a0560900a00f0000803801000000000000000000801a0600c02d08000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO public.kiosk VALUES (1, 1, 'Kiosk', 1);
INSERT INTO public.leg VALUES (100000000003, 100000000003, 1, 1, 1, 'no_show', 1, 1772525623000000, '2026-03-03 08:13:43+00', NULL, NULL, NULL, '2026-03-03 08:16:03+00', '2026-03-03 08:16:03+00', 1, 4, NULL, '2026-03-03 08:19:57+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 2}');
INSERT INTO public.leg VALUES (100000000007, 100000000007, 1, 1, 3, 'finished', 1, 1772526278000000, '2026-03-03 08:24:38+00', NULL, NULL, NULL, '2026-03-03 08:29:06+00', '2026-03-03 08:29:06+00', 1, 10, '2026-03-03 08:29:06+00', '2026-03-03 08:31:22+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 4}');
INSERT INTO public.leg VALUES (100000000008, 100000000008, 1, 1, 1, 'finished', 1, 1772526411000000, '2026-03-03 08:26:51+00', NULL, NULL, NULL, '2026-03-03 08:33:55+00', '2026-03-03 08:33:55+00', 1, 15, '2026-03-03 08:33:55+00', '2026-03-03 08:35:39+00', 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 7}');
INSERT INTO public.leg VALUES (100000000005, 100000000005, 1, 1, 1, 'finished', 1, 1772525922000000, '2026-03-03 08:18:42+00', NULL, NULL, NULL, '2026-03-03 08:28:04+00', '2026-03-03 08:31:22+00', 2, 13, '2026-03-03 08:31:22+00', '2026-03-03 08:40:10+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 12}');
INSERT INTO public.leg VALUES (100000000014, 100000000014, 1, 1, 2, 'transferred', 1, 1772526778000000, '2026-03-03 08:32:58+00', NULL, NULL, NULL, '2026-03-03 08:35:39+00', '2026-03-03 08:35:39+00', 1, 17, '2026-03-03 08:35:39+00', '2026-03-03 08:44:56+00', 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 2}');
INSERT INTO public.leg VALUES (100000000019, 100000000014, 1, 2, 3, 'finished', 1, 1772526778000000, '2026-03-03 08:44:56+00', NULL, NULL, NULL, '2026-03-03 08:45:30+00', '2026-03-03 08:45:30+00', 1, 20, '2026-03-03 08:45:30+00', '2026-03-03 08:51:18+00', 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 0}');
INSERT INTO public.leg VALUES (100000000026, 100000000026, 1, 1, 2, 'transferred', 1, 1772528922000000, '2026-03-03 09:08:42+00', NULL, NULL, NULL, '2026-03-03 09:13:25+00', '2026-03-03 09:13:25+00', 1, 27, '2026-03-03 09:13:25+00', '2026-03-03 09:17:48+00', 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 4}');
INSERT INTO public.leg VALUES (100000000022, 100000000022, 1, 1, 3, 'finished', 1, 1772528013000000, '2026-03-03 08:53:33+00', NULL, NULL, NULL, '2026-03-03 08:54:23+00', '2026-03-03 08:54:23+00', 1, 23, '2026-03-03 08:54:23+00', '2026-03-03 09:25:03+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 0}');
INSERT INTO public.leg VALUES (100000000029, 100000000026, 1, 2, 3, 'no_show', 1, 1772528922000000, '2026-03-03 09:17:48+00', NULL, NULL, NULL, '2026-03-03 09:25:03+00', '2026-03-03 09:25:03+00', 1, 33, NULL, '2026-03-03 09:36:40+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 7}');
INSERT INTO public.leg VALUES (100000000028, 100000000028, 1, 1, 3, 'finished', 1, 1772529369000000, '2026-03-03 09:16:09+00', NULL, NULL, NULL, '2026-03-03 09:43:20+00', '2026-03-03 09:43:20+00', 1, 40, '2026-03-03 09:43:20+00', '2026-03-03 09:44:50+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 27}');
INSERT INTO public.leg VALUES (100000000030, 100000000030, 1, 1, 3, 'transferred', 1, 1772529672000000, '2026-03-03 09:21:12+00', NULL, NULL, NULL, '2026-03-03 09:44:50+00', '2026-03-03 09:44:50+00', 1, 42, '2026-03-03 09:44:50+00', '2026-03-03 09:47:58+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 23}');
INSERT INTO public.leg VALUES (100000000044, 100000000030, 1, 2, 3, 'finished', 1, 1772529672000000, '2026-03-03 09:47:58+00', NULL, NULL, NULL, '2026-03-03 09:56:54+00', '2026-03-03 09:56:54+00', 1, 46, '2026-03-03 09:56:54+00', '2026-03-03 09:59:37+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 8}');
INSERT INTO public.leg VALUES (100000000031, 100000000031, 1, 1, 3, 'finished', 1, 1772529795000000, '2026-03-03 09:23:15+00', NULL, NULL, NULL, '2026-03-03 09:59:37+00', '2026-03-03 09:59:37+00', 1, 48, '2026-03-03 09:59:37+00', '2026-03-03 10:01:04+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 36}');
INSERT INTO public.leg VALUES (100000000034, 100000000034, 1, 1, 2, 'finished', 1, 1772530123000000, '2026-03-03 09:28:43+00', NULL, NULL, NULL, '2026-03-03 10:01:04+00', '2026-03-03 10:01:04+00', 1, 50, '2026-03-03 10:01:04+00', '2026-03-03 10:07:48+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 32}');
INSERT INTO public.leg VALUES (100000000038, 100000000038, 1, 1, 2, 'finished', 1, 1772530658000000, '2026-03-03 09:37:38+00', NULL, NULL, NULL, '2026-03-03 10:07:48+00', '2026-03-03 10:07:48+00', 1, 53, '2026-03-03 10:07:48+00', '2026-03-03 10:10:59+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 30}');
INSERT INTO public.leg VALUES (100000000039, 100000000039, 1, 1, 2, 'expired', 1, 1772530794000000, '2026-03-03 09:39:54+00', NULL, NULL, NULL, '2026-03-03 10:10:59+00', '2026-03-03 10:10:59+00', 1, 55, NULL, '2026-03-04 03:00:00+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 31}');
INSERT INTO public.leg VALUES (100000000043, 100000000043, 1, 1, 2, 'expired', 1, 1772531213000000, '2026-03-03 09:46:53+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '2026-03-04 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000045, 100000000045, 1, 1, 2, 'expired', 1, 1772531344000000, '2026-03-03 09:49:04+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '2026-03-04 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000051, 100000000051, 1, 1, 2, 'expired', 1, 1772532250000000, '2026-03-03 10:04:10+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '2026-03-04 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000071, 100000000071, 1, 1, 1, 'waiting', 1, 1772613864000000, '2026-03-04 08:44:24+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000072, 100000000072, 1, 1, 2, 'waiting', 1, 1772613979000000, '2026-03-04 08:46:19+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000061, 100000000061, 1, 1, 2, 'no_show', 1, 1772611845000000, '2026-03-04 08:10:45+00', NULL, NULL, NULL, '2026-03-04 08:40:21+00', '2026-03-04 08:40:21+00', 1, 70, NULL, '2026-03-04 08:50:18+00', 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 29}');
INSERT INTO public.leg VALUES (100000000062, 100000000062, 1, 1, 1, 'finished', 1, 1772611997000000, '2026-03-04 08:13:17+00', NULL, NULL, NULL, '2026-03-04 08:54:47+00', '2026-03-04 08:54:47+00', 1, 74, '2026-03-04 08:54:47+00', '2026-03-04 08:57:35+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 41}');
INSERT INTO public.leg VALUES (100000000077, 100000000077, 1, 1, 2, 'waiting', 1, 1772614884000000, '2026-03-04 09:01:24+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000079, 100000000079, 1, 1, 3, 'waiting', 1, 1772615207000000, '2026-03-04 09:06:47+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000080, 100000000080, 1, 1, 3, 'waiting', 1, 1772615425000000, '2026-03-04 09:10:25+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000081, 100000000081, 1, 1, 3, 'waiting', 1, 1772615542000000, '2026-03-04 09:12:22+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000082, 100000000082, 1, 1, 3, 'waiting', 1, 1772615700000000, '2026-03-04 09:15:00+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000083, 100000000083, 1, 1, 3, 'waiting', 1, 1772616273000000, '2026-03-04 09:24:33+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000063, 100000000063, 1, 1, 1, 'finished', 1, 1772612432000000, '2026-03-04 08:20:32+00', NULL, NULL, NULL, '2026-03-04 08:57:35+00', '2026-03-04 09:27:00+00', 2, 84, '2026-03-04 09:27:00+00', '2026-03-04 09:27:25+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 66}');
INSERT INTO public.leg VALUES (100000000088, 100000000088, 1, 1, 3, 'waiting', 1, 1772616732000000, '2026-03-04 09:32:12+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000066, 100000000066, 1, 1, 1, 'finished', 1, 1772613132000000, '2026-03-04 08:32:12+00', NULL, NULL, NULL, '2026-03-04 09:27:25+00', '2026-03-04 09:27:25+00', 1, 86, '2026-03-04 09:27:25+00', '2026-03-04 09:34:25+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 55}');
INSERT INTO public.leg VALUES (100000000091, 100000000091, 1, 1, 1, 'waiting', 1, 1772616895000000, '2026-03-04 09:34:55+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000067, 100000000067, 1, 1, 3, 'transferred', 1, 1772613264000000, '2026-03-04 08:34:24+00', NULL, NULL, NULL, '2026-03-04 09:29:50+00', '2026-03-04 09:29:50+00', 1, 87, '2026-03-04 09:29:50+00', '2026-03-04 09:38:53+00', 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 55}');
INSERT INTO public.leg VALUES (100000000094, 100000000094, 1, 1, 2, 'waiting', 1, 1772617451000000, '2026-03-04 09:44:11+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000095, 100000000095, 1, 1, 2, 'waiting', 1, 1772617650000000, '2026-03-04 09:47:30+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000093, 100000000067, 1, 2, 3, 'finished', 1, 1772613264000000, '2026-03-04 09:38:53+00', NULL, NULL, NULL, '2026-03-04 09:50:51+00', '2026-03-04 09:50:51+00', 1, 96, '2026-03-04 09:50:51+00', '2026-03-04 09:56:36+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 11}');
INSERT INTO public.leg VALUES (100000000100, 100000000100, 1, 1, 3, 'waiting', 1, 1772618599000000, '2026-03-04 10:03:19+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000101, 100000000101, 1, 1, 1, 'waiting', 1, 1772618794000000, '2026-03-04 10:06:34+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000103, 100000000103, 1, 1, 1, 'waiting', 1, 1772619511000000, '2026-03-04 10:18:31+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000068, 100000000068, 1, 1, 1, 'no_show', 1, 1772613445000000, '2026-03-04 08:37:25+00', NULL, NULL, NULL, '2026-03-04 09:34:25+00', '2026-03-04 10:16:12+00', 2, 102, NULL, '2026-03-04 10:22:10+00', 2, 2, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 98}');
INSERT INTO public.leg VALUES (100000000105, 100000000105, 1, 1, 3, 'waiting', 1, 1772619971000000, '2026-03-04 10:26:11+00', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO public.leg VALUES (100000000069, 100000000069, 1, 1, 2, 'called', 1, 1772613478000000, '2026-03-04 08:37:58+00', NULL, NULL, NULL, '2026-03-04 10:28:38+00', '2026-03-04 10:28:38+00', 1, 106, NULL, NULL, 1, 1, 'first_come', NULL, NULL, NULL, 0, '{"waited_minutes": 110}');
INSERT INTO public.number_series VALUES (1, '2026-03-03', 'A', 3);
INSERT INTO public.number_series VALUES (1, '2026-03-03', 'C', 5);
INSERT INTO public.number_series VALUES (1, '2026-03-03', 'B', 8);
INSERT INTO public.number_series VALUES (1, '2026-03-04', 'B', 6);
INSERT INTO public.number_series VALUES (1, '2026-03-04', 'A', 8);
INSERT INTO public.number_series VALUES (1, '2026-03-04', 'C', 9);
INSERT INTO public.print_job VALUES (1, 1, 100000000003, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/2rY-bpDuy9MLRIFkGFPsNw"}', false, 0, '2026-03-03 08:13:43+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (2, 1, 100000000005, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/4lUgQl_b0MwjgnIPl7_PVg"}', false, 0, '2026-03-03 08:18:42+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (3, 1, 100000000007, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/WTHvT0AXF5Xk42WxPfOklQ"}', false, 0, '2026-03-03 08:24:38+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (4, 1, 100000000008, 1, 'queued', '{"ahead": 1, "forecast": [385, 1045], "url": "/t/gH3OrWNoN0duPX6Ra0vG9Q"}', false, 0, '2026-03-03 08:26:51+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (5, 1, 100000000014, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/icVHVyHJoanapn5DLhdB3A"}', false, 0, '2026-03-03 08:32:58+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (6, 1, 100000000022, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/SKMfEF6eZ31lU7OfNQOmYA"}', false, 0, '2026-03-03 08:53:33+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (7, 1, 100000000026, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/jO7PgZn1Xq0FAbegUf6kNw"}', false, 0, '2026-03-03 09:08:42+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (8, 1, 100000000028, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/QzatT60dZHo2Tu9f_L1nlA"}', false, 0, '2026-03-03 09:16:09+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (9, 1, 100000000030, 1, 'queued', '{"ahead": 2, "forecast": [402, 1092], "url": "/t/14csDjyvCpvjS8lfClmBYg"}', false, 0, '2026-03-03 09:21:12+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (10, 1, 100000000031, 1, 'queued', '{"ahead": 3, "forecast": [500, 1358], "url": "/t/BMxAX4J6Sjt6TM9oo5PhKA"}', false, 0, '2026-03-03 09:23:15+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (11, 1, 100000000034, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/Lc4azb6QbfeIw80OgfUN_w"}', false, 0, '2026-03-03 09:28:43+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (12, 1, 100000000038, 1, 'queued', '{"ahead": 1, "forecast": [517, 1404], "url": "/t/1lq4IUZLNSSY0VD_VUHQbA"}', false, 0, '2026-03-03 09:37:38+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (13, 1, 100000000039, 1, 'queued', '{"ahead": 2, "forecast": [742, 2015], "url": "/t/uNvSxziatpxg-eN-yjcNbg"}', false, 0, '2026-03-03 09:39:54+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (14, 1, 100000000043, 1, 'queued', '{"ahead": 3, "forecast": [315, 855], "url": "/t/4EMK2KNodqOr3EuBujXFTQ"}', false, 0, '2026-03-03 09:46:53+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (15, 1, 100000000045, 1, 'queued', '{"ahead": 4, "forecast": [420, 1140], "url": "/t/Lc6j6dvmCvfF7UgHKFRmmA"}', false, 0, '2026-03-03 09:49:04+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (16, 1, 100000000051, 1, 'queued', '{"ahead": 4, "forecast": [2626, 7128], "url": "/t/sXirPjFHZCHCjLxHs_FmUg"}', false, 0, '2026-03-03 10:04:10+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (17, 1, 100000000061, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/lMDzv_T_eOPoQSHVX0uFFA"}', false, 0, '2026-03-04 08:10:45+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (18, 1, 100000000062, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/G0-DIy7SW3sPXIaonurZrQ"}', false, 0, '2026-03-04 08:13:17+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (19, 1, 100000000063, 1, 'queued', '{"ahead": 1, "forecast": [105, 285], "url": "/t/9ibxXvZEFVe5a2mvvNya4Q"}', false, 0, '2026-03-04 08:20:32+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (20, 1, 100000000066, 1, 'queued', '{"ahead": 2, "forecast": [210, 570], "url": "/t/IO-9tjTfQv7KGM-_L-HbAw"}', false, 0, '2026-03-04 08:32:12+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (21, 1, 100000000067, 1, 'queued', '{"ahead": 0, "forecast": [0, 0], "url": "/t/IvatisP7wZRV6L3EMlTfkw"}', false, 0, '2026-03-04 08:34:24+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (22, 1, 100000000068, 1, 'queued', '{"ahead": 3, "forecast": [315, 855], "url": "/t/-0Mn6vJ36KjwLsYELIKErA"}', false, 0, '2026-03-04 08:37:25+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (23, 1, 100000000069, 1, 'queued', '{"ahead": 1, "forecast": [105, 285], "url": "/t/xw2Dy6L-L9tbnnXhC9v8wg"}', false, 0, '2026-03-04 08:37:58+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (24, 1, 100000000071, 1, 'queued', '{"ahead": 4, "forecast": [420, 1140], "url": "/t/3NZJ7EiaUg6XOuu_8pqMWg"}', false, 0, '2026-03-04 08:44:24+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (25, 1, 100000000072, 1, 'queued', '{"ahead": 1, "forecast": [1252, 3397], "url": "/t/uUr-Ss0zXUEcBFY3J2aMCw"}', false, 0, '2026-03-04 08:46:19+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (26, 1, 100000000077, 1, 'queued', '{"ahead": 2, "forecast": [1773, 4811], "url": "/t/rerJZzbLGBe8wTAHoEEvhQ"}', false, 0, '2026-03-04 09:01:24+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (27, 1, 100000000079, 1, 'queued', '{"ahead": 1, "forecast": [105, 285], "url": "/t/4RxXdi16og_vQstyGEQPCA"}', false, 0, '2026-03-04 09:06:47+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (28, 1, 100000000080, 1, 'queued', '{"ahead": 2, "forecast": [210, 570], "url": "/t/pEyNK3FhkvKOlqKndLOM9w"}', false, 0, '2026-03-04 09:10:25+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (29, 1, 100000000081, 1, 'queued', '{"ahead": 3, "forecast": [315, 855], "url": "/t/ybg4JPnl6b4gxw_Z4Yq0kQ"}', false, 0, '2026-03-04 09:12:22+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (30, 1, 100000000082, 1, 'queued', '{"ahead": 4, "forecast": [420, 1140], "url": "/t/VaFbb6nV4TOgXjIraOdyrg"}', false, 0, '2026-03-04 09:15:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (31, 1, 100000000083, 1, 'queued', '{"ahead": 5, "forecast": [525, 1425], "url": "/t/PimO_pLJwuYtsxDsSVYPcg"}', false, 0, '2026-03-04 09:24:33+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (32, 1, 100000000088, 1, 'queued', '{"ahead": 5, "forecast": [3835, 10410], "url": "/t/JeuI6vZ4lYV90x_nGVExpw"}', false, 0, '2026-03-04 09:32:12+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (33, 1, 100000000091, 1, 'queued', '{"ahead": 1, "forecast": [1019, 2765], "url": "/t/DVONwVCiuZfJktQriBpUNA"}', false, 0, '2026-03-04 09:34:55+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (34, 1, 100000000094, 1, 'queued', '{"ahead": 3, "forecast": [315, 855], "url": "/t/OqN6domN8vbJ8HgWCmIqVw"}', false, 0, '2026-03-04 09:44:11+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (35, 1, 100000000095, 1, 'queued', '{"ahead": 4, "forecast": [420, 1140], "url": "/t/jtkgNfL9sssharlRiojFxw"}', false, 0, '2026-03-04 09:47:30+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (36, 1, 100000000100, 1, 'queued', '{"ahead": 6, "forecast": [1993, 5409], "url": "/t/2CGQitxqWZs0YfFQE6Gw-A"}', false, 0, '2026-03-04 10:03:19+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (37, 1, 100000000101, 1, 'queued', '{"ahead": 3, "forecast": [315, 855], "url": "/t/XkO3pwDoU_dOvvNBB8XWXw"}', false, 0, '2026-03-04 10:06:34+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (38, 1, 100000000103, 1, 'queued', '{"ahead": 3, "forecast": [3009, 8168], "url": "/t/P2j_R5bbxjjJvADGsVNDcw"}', false, 0, '2026-03-04 10:18:31+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.print_job VALUES (39, 1, 100000000105, 1, 'queued', '{"ahead": 7, "forecast": [735, 1995], "url": "/t/Bc9V_A9w6E0rPDcSrKX_mg"}', false, 0, '2026-03-04 10:26:11+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.printer VALUES (1, 1, 'paper', 'folder', '{"path": "/nonexistent"}', 'generic-80', 'roll80', true, NULL, NULL, NULL, false, 'unknown', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.screen VALUES (1, 1, 'Hall', NULL);
INSERT INTO public.service VALUES (1, 1, 'ids', 'A', '{"cs": "ids", "en": "ids"}', 0, true, true, NULL, NULL, 1, 3, NULL, 300, '{}', '{}', '[]', NULL);
INSERT INTO public.service VALUES (2, 1, 'driving', 'B', '{"cs": "driving", "en": "driving"}', 1, true, true, NULL, NULL, 1, 3, NULL, 300, '{}', '{}', '[]', NULL);
INSERT INTO public.service VALUES (3, 1, 'cash', 'C', '{"cs": "cash", "en": "cash"}', 2, true, true, NULL, NULL, 1, 3, NULL, 300, '{}', '{}', '[]', NULL);
INSERT INTO public.ticket VALUES (100000000043, '4EMK2KNodqOr3EuBujXFTQ', 1, 2, '2026-03-03', 'B', 6, 'B006', 'pl', 'standard', 'kiosk', 'expired', '2026-03-03 09:46:53+00', '2026-03-04 03:00:00+00', '[]');
INSERT INTO public.ticket VALUES (100000000003, '2rY-bpDuy9MLRIFkGFPsNw', 1, 1, '2026-03-03', 'A', 1, 'A001', 'hu', 'standard', 'kiosk', 'no_show', '2026-03-03 08:13:43+00', '2026-03-03 08:19:57+00', '[]');
INSERT INTO public.ticket VALUES (100000000045, 'Lc6j6dvmCvfF7UgHKFRmmA', 1, 2, '2026-03-03', 'B', 7, 'B007', 'pl', 'standard', 'kiosk', 'expired', '2026-03-03 09:49:04+00', '2026-03-04 03:00:00+00', '[]');
INSERT INTO public.ticket VALUES (100000000051, 'sXirPjFHZCHCjLxHs_FmUg', 1, 2, '2026-03-03', 'B', 8, 'B008', 'pl', 'standard', 'kiosk', 'expired', '2026-03-03 10:04:10+00', '2026-03-04 03:00:00+00', '[]');
INSERT INTO public.ticket VALUES (100000000007, 'WTHvT0AXF5Xk42WxPfOklQ', 1, 3, '2026-03-03', 'C', 1, 'C001', 'pl', 'standard', 'kiosk', 'finished', '2026-03-03 08:24:38+00', '2026-03-03 08:31:22+00', '[]');
INSERT INTO public.ticket VALUES (100000000008, 'gH3OrWNoN0duPX6Ra0vG9Q', 1, 1, '2026-03-03', 'A', 3, 'A003', 'cs', 'standard', 'kiosk', 'finished', '2026-03-03 08:26:51+00', '2026-03-03 08:35:39+00', '[]');
INSERT INTO public.ticket VALUES (100000000005, '4lUgQl_b0MwjgnIPl7_PVg', 1, 1, '2026-03-03', 'A', 2, 'A002', 'pl', 'standard', 'kiosk', 'finished', '2026-03-03 08:18:42+00', '2026-03-03 08:40:10+00', '[]');
INSERT INTO public.ticket VALUES (100000000014, 'icVHVyHJoanapn5DLhdB3A', 1, 2, '2026-03-03', 'B', 1, 'B001', 'cs', 'standard', 'kiosk', 'finished', '2026-03-03 08:32:58+00', '2026-03-03 08:51:18+00', '[]');
INSERT INTO public.ticket VALUES (100000000071, '3NZJ7EiaUg6XOuu_8pqMWg', 1, 1, '2026-03-04', 'A', 5, 'A005', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 08:44:24+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000022, 'SKMfEF6eZ31lU7OfNQOmYA', 1, 3, '2026-03-03', 'C', 2, 'C002', 'cs', 'standard', 'kiosk', 'finished', '2026-03-03 08:53:33+00', '2026-03-03 09:25:03+00', '[]');
INSERT INTO public.ticket VALUES (100000000072, 'uUr-Ss0zXUEcBFY3J2aMCw', 1, 2, '2026-03-04', 'B', 3, 'B003', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 08:46:19+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000026, 'jO7PgZn1Xq0FAbegUf6kNw', 1, 2, '2026-03-03', 'B', 2, 'B002', 'pl', 'standard', 'kiosk', 'no_show', '2026-03-03 09:08:42+00', '2026-03-03 09:36:40+00', '[]');
INSERT INTO public.ticket VALUES (100000000061, 'lMDzv_T_eOPoQSHVX0uFFA', 1, 2, '2026-03-04', 'B', 1, 'B001', 'hu', 'standard', 'kiosk', 'no_show', '2026-03-04 08:10:45+00', '2026-03-04 08:50:18+00', '[]');
INSERT INTO public.ticket VALUES (100000000028, 'QzatT60dZHo2Tu9f_L1nlA', 1, 3, '2026-03-03', 'C', 3, 'C003', 'pl', 'standard', 'kiosk', 'finished', '2026-03-03 09:16:09+00', '2026-03-03 09:44:50+00', '[]');
INSERT INTO public.ticket VALUES (100000000094, 'OqN6domN8vbJ8HgWCmIqVw', 1, 2, '2026-03-04', 'B', 5, 'B005', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 09:44:11+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000062, 'G0-DIy7SW3sPXIaonurZrQ', 1, 1, '2026-03-04', 'A', 1, 'A001', 'hu', 'standard', 'kiosk', 'finished', '2026-03-04 08:13:17+00', '2026-03-04 08:57:35+00', '[]');
INSERT INTO public.ticket VALUES (100000000095, 'jtkgNfL9sssharlRiojFxw', 1, 2, '2026-03-04', 'B', 6, 'B006', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 09:47:30+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000030, '14csDjyvCpvjS8lfClmBYg', 1, 3, '2026-03-03', 'C', 4, 'C004', 'pl', 'standard', 'kiosk', 'finished', '2026-03-03 09:21:12+00', '2026-03-03 09:59:37+00', '[]');
INSERT INTO public.ticket VALUES (100000000077, 'rerJZzbLGBe8wTAHoEEvhQ', 1, 2, '2026-03-04', 'B', 4, 'B004', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 09:01:24+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000031, 'BMxAX4J6Sjt6TM9oo5PhKA', 1, 3, '2026-03-03', 'C', 5, 'C005', 'pl', 'standard', 'kiosk', 'finished', '2026-03-03 09:23:15+00', '2026-03-03 10:01:04+00', '[]');
INSERT INTO public.ticket VALUES (100000000034, 'Lc4azb6QbfeIw80OgfUN_w', 1, 2, '2026-03-03', 'B', 3, 'B003', 'cs', 'standard', 'kiosk', 'finished', '2026-03-03 09:28:43+00', '2026-03-03 10:07:48+00', '[]');
INSERT INTO public.ticket VALUES (100000000079, '4RxXdi16og_vQstyGEQPCA', 1, 3, '2026-03-04', 'C', 2, 'C002', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 09:06:47+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000038, '1lq4IUZLNSSY0VD_VUHQbA', 1, 2, '2026-03-03', 'B', 4, 'B004', 'cs', 'standard', 'kiosk', 'finished', '2026-03-03 09:37:38+00', '2026-03-03 10:10:59+00', '[]');
INSERT INTO public.ticket VALUES (100000000067, 'IvatisP7wZRV6L3EMlTfkw', 1, 3, '2026-03-04', 'C', 1, 'C001', 'cs', 'standard', 'kiosk', 'finished', '2026-03-04 08:34:24+00', '2026-03-04 09:56:36+00', '[]');
INSERT INTO public.ticket VALUES (100000000039, 'uNvSxziatpxg-eN-yjcNbg', 1, 2, '2026-03-03', 'B', 5, 'B005', 'pl', 'standard', 'kiosk', 'expired', '2026-03-03 09:39:54+00', '2026-03-04 03:00:00+00', '[]');
INSERT INTO public.ticket VALUES (100000000080, 'pEyNK3FhkvKOlqKndLOM9w', 1, 3, '2026-03-04', 'C', 3, 'C003', 'cs', 'standard', 'kiosk', 'waiting', '2026-03-04 09:10:25+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000081, 'ybg4JPnl6b4gxw_Z4Yq0kQ', 1, 3, '2026-03-04', 'C', 4, 'C004', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 09:12:22+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000082, 'VaFbb6nV4TOgXjIraOdyrg', 1, 3, '2026-03-04', 'C', 5, 'C005', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 09:15:00+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000083, 'PimO_pLJwuYtsxDsSVYPcg', 1, 3, '2026-03-04', 'C', 6, 'C006', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 09:24:33+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000100, '2CGQitxqWZs0YfFQE6Gw-A', 1, 3, '2026-03-04', 'C', 8, 'C008', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 10:03:19+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000063, '9ibxXvZEFVe5a2mvvNya4Q', 1, 1, '2026-03-04', 'A', 2, 'A002', 'pl', 'standard', 'kiosk', 'finished', '2026-03-04 08:20:32+00', '2026-03-04 09:27:25+00', '[]');
INSERT INTO public.ticket VALUES (100000000101, 'XkO3pwDoU_dOvvNBB8XWXw', 1, 1, '2026-03-04', 'A', 7, 'A007', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 10:06:34+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000088, 'JeuI6vZ4lYV90x_nGVExpw', 1, 3, '2026-03-04', 'C', 7, 'C007', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 09:32:12+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000066, 'IO-9tjTfQv7KGM-_L-HbAw', 1, 1, '2026-03-04', 'A', 3, 'A003', 'pl', 'standard', 'kiosk', 'finished', '2026-03-04 08:32:12+00', '2026-03-04 09:34:25+00', '[]');
INSERT INTO public.ticket VALUES (100000000091, 'DVONwVCiuZfJktQriBpUNA', 1, 1, '2026-03-04', 'A', 6, 'A006', 'hu', 'standard', 'kiosk', 'waiting', '2026-03-04 09:34:55+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000103, 'P2j_R5bbxjjJvADGsVNDcw', 1, 1, '2026-03-04', 'A', 8, 'A008', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 10:18:31+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000068, '-0Mn6vJ36KjwLsYELIKErA', 1, 1, '2026-03-04', 'A', 4, 'A004', 'cs', 'standard', 'kiosk', 'no_show', '2026-03-04 08:37:25+00', '2026-03-04 10:22:10+00', '[]');
INSERT INTO public.ticket VALUES (100000000105, 'Bc9V_A9w6E0rPDcSrKX_mg', 1, 3, '2026-03-04', 'C', 9, 'C009', 'pl', 'standard', 'kiosk', 'waiting', '2026-03-04 10:26:11+00', NULL, '[]');
INSERT INTO public.ticket VALUES (100000000069, 'xw2Dy6L-L9tbnnXhC9v8wg', 1, 2, '2026-03-04', 'B', 2, 'B002', 'cs', 'standard', 'kiosk', 'called', '2026-03-04 08:37:58+00', NULL, '[]');
INSERT INTO public.ticket_event VALUES (1, 1, 'counter_opened', '2026-03-03 08:00:00+00', NULL, NULL, 1, 1, NULL, NULL, '{"clerk": "Alena", "profile_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 2, 'counter_opened', '2026-03-03 08:00:00+00', NULL, NULL, 2, 2, NULL, NULL, '{"clerk": "Bohdan", "profile_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 3, 'ticket_issued', '2026-03-03 08:13:43+00', 100000000003, 100000000003, NULL, NULL, NULL, NULL, '{"label": "A001", "series": "A", "number": 1, "service_id": 1, "business_date": "2026-03-03", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772525623000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 4, 'ticket_called', '2026-03-03 08:16:03+00', 100000000003, 100000000003, 2, 2, NULL, 'first_come', '{"label": "A001", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 2}, "language": "hu"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 5, 'ticket_issued', '2026-03-03 08:18:42+00', 100000000005, 100000000005, NULL, NULL, NULL, NULL, '{"label": "A002", "series": "A", "number": 2, "service_id": 1, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772525922000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 6, 'ticket_no_show', '2026-03-03 08:19:57+00', 100000000003, 100000000003, 2, 2, NULL, NULL, '{"label": "A001", "service_id": 1, "from": "called"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 7, 'ticket_issued', '2026-03-03 08:24:38+00', 100000000007, 100000000007, NULL, NULL, NULL, NULL, '{"label": "C001", "series": "C", "number": 1, "service_id": 3, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772526278000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 8, 'ticket_issued', '2026-03-03 08:26:51+00', 100000000008, 100000000008, NULL, NULL, NULL, NULL, '{"label": "A003", "series": "A", "number": 3, "service_id": 1, "business_date": "2026-03-03", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772526411000000, "forecast": [385, 1045]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 9, 'ticket_called', '2026-03-03 08:28:04+00', 100000000005, 100000000005, 1, 1, NULL, 'first_come', '{"label": "A002", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 9}, "language": "pl"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 10, 'ticket_called', '2026-03-03 08:29:06+00', 100000000007, 100000000007, 2, 2, NULL, 'first_come', '{"label": "C001", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 4}, "language": "pl"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 11, 'ticket_returned', '2026-03-03 08:30:16+00', 100000000005, 100000000005, 1, 1, NULL, NULL, '{"label": "A002", "service_id": 1, "from": "called", "position": 1772525922000000, "not_before": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 12, 'ticket_finished', '2026-03-03 08:31:22+00', 100000000007, 100000000007, 2, 2, NULL, NULL, '{"label": "C001", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 13, 'ticket_called', '2026-03-03 08:31:22+00', 100000000005, 100000000005, 2, 2, NULL, 'first_come', '{"label": "A002", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 12}, "language": "pl", "with": 12}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 14, 'ticket_issued', '2026-03-03 08:32:58+00', 100000000014, 100000000014, NULL, NULL, NULL, NULL, '{"label": "B001", "series": "B", "number": 1, "service_id": 2, "business_date": "2026-03-03", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772526778000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 15, 'ticket_called', '2026-03-03 08:33:55+00', 100000000008, 100000000008, 1, 1, NULL, 'first_come', '{"label": "A003", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 7}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 16, 'ticket_finished', '2026-03-03 08:35:39+00', 100000000008, 100000000008, 1, 1, NULL, NULL, '{"label": "A003", "service_id": 1, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 17, 'ticket_called', '2026-03-03 08:35:39+00', 100000000014, 100000000014, 1, 1, NULL, 'first_come', '{"label": "B001", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 2}, "language": "cs", "with": 16}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 18, 'ticket_finished', '2026-03-03 08:40:10+00', 100000000005, 100000000005, 2, 2, NULL, NULL, '{"label": "A002", "service_id": 1, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 19, 'ticket_transferred', '2026-03-03 08:44:56+00', 100000000014, 100000000014, 1, 1, NULL, NULL, '{"label": "B001", "service_id": 2, "from": "called", "new_leg_id": 100000000019, "to_service_id": 3, "position": 1772526778000000, "reserved_counter_id": null, "reserved_user_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 20, 'ticket_called', '2026-03-03 08:45:30+00', 100000000014, 100000000019, 1, 1, NULL, 'first_come', '{"label": "B001", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 0}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 21, 'ticket_finished', '2026-03-03 08:51:18+00', 100000000014, 100000000019, 1, 1, NULL, NULL, '{"label": "B001", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 22, 'ticket_issued', '2026-03-03 08:53:33+00', 100000000022, 100000000022, NULL, NULL, NULL, NULL, '{"label": "C002", "series": "C", "number": 2, "service_id": 3, "business_date": "2026-03-03", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772528013000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 23, 'ticket_called', '2026-03-03 08:54:23+00', 100000000022, 100000000022, 2, 2, NULL, 'first_come', '{"label": "C002", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 0}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 24, 'counter_paused', '2026-03-03 08:59:32+00', NULL, NULL, 2, 2, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 25, 'counter_resumed', '2026-03-03 09:02:32+00', NULL, NULL, 2, 2, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 26, 'ticket_issued', '2026-03-03 09:08:42+00', 100000000026, 100000000026, NULL, NULL, NULL, NULL, '{"label": "B002", "series": "B", "number": 2, "service_id": 2, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772528922000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 27, 'ticket_called', '2026-03-03 09:13:25+00', 100000000026, 100000000026, 1, 1, NULL, 'first_come', '{"label": "B002", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 4}, "language": "pl"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 28, 'ticket_issued', '2026-03-03 09:16:09+00', 100000000028, 100000000028, NULL, NULL, NULL, NULL, '{"label": "C003", "series": "C", "number": 3, "service_id": 3, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772529369000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 29, 'ticket_transferred', '2026-03-03 09:17:48+00', 100000000026, 100000000026, 1, 1, NULL, NULL, '{"label": "B002", "service_id": 2, "from": "called", "new_leg_id": 100000000029, "to_service_id": 3, "position": 1772528922000000, "reserved_counter_id": null, "reserved_user_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 30, 'ticket_issued', '2026-03-03 09:21:12+00', 100000000030, 100000000030, NULL, NULL, NULL, NULL, '{"label": "C004", "series": "C", "number": 4, "service_id": 3, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772529672000000, "forecast": [402, 1092]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 31, 'ticket_issued', '2026-03-03 09:23:15+00', 100000000031, 100000000031, NULL, NULL, NULL, NULL, '{"label": "C005", "series": "C", "number": 5, "service_id": 3, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772529795000000, "forecast": [500, 1358]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 32, 'ticket_finished', '2026-03-03 09:25:03+00', 100000000022, 100000000022, 2, 2, NULL, NULL, '{"label": "C002", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 33, 'ticket_called', '2026-03-03 09:25:03+00', 100000000026, 100000000029, 2, 2, NULL, 'first_come', '{"label": "B002", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 7}, "language": "pl", "with": 32}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 34, 'ticket_issued', '2026-03-03 09:28:43+00', 100000000034, 100000000034, NULL, NULL, NULL, NULL, '{"label": "B003", "series": "B", "number": 3, "service_id": 2, "business_date": "2026-03-03", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772530123000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 35, 'counter_paused', '2026-03-03 09:29:36+00', NULL, NULL, 1, 1, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 36, 'counter_resumed', '2026-03-03 09:32:36+00', NULL, NULL, 1, 1, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 37, 'ticket_no_show', '2026-03-03 09:36:40+00', 100000000026, 100000000029, 2, 2, NULL, NULL, '{"label": "B002", "service_id": 3, "from": "called"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 38, 'ticket_issued', '2026-03-03 09:37:38+00', 100000000038, 100000000038, NULL, NULL, NULL, NULL, '{"label": "B004", "series": "B", "number": 4, "service_id": 2, "business_date": "2026-03-03", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772530658000000, "forecast": [517, 1404]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 39, 'ticket_issued', '2026-03-03 09:39:54+00', 100000000039, 100000000039, NULL, NULL, NULL, NULL, '{"label": "B005", "series": "B", "number": 5, "service_id": 2, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772530794000000, "forecast": [742, 2015]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 40, 'ticket_called', '2026-03-03 09:43:20+00', 100000000028, 100000000028, 2, 2, NULL, 'first_come', '{"label": "C003", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 27}, "language": "pl"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 41, 'ticket_finished', '2026-03-03 09:44:50+00', 100000000028, 100000000028, 2, 2, NULL, NULL, '{"label": "C003", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 42, 'ticket_called', '2026-03-03 09:44:50+00', 100000000030, 100000000030, 2, 2, NULL, 'first_come', '{"label": "C004", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 23}, "language": "pl", "with": 41}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 43, 'ticket_issued', '2026-03-03 09:46:53+00', 100000000043, 100000000043, NULL, NULL, NULL, NULL, '{"label": "B006", "series": "B", "number": 6, "service_id": 2, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772531213000000, "forecast": [315, 855]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 44, 'ticket_transferred', '2026-03-03 09:47:58+00', 100000000030, 100000000030, 2, 2, NULL, NULL, '{"label": "C004", "service_id": 3, "from": "called", "new_leg_id": 100000000044, "to_service_id": 3, "position": 1772529672000000, "reserved_counter_id": null, "reserved_user_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 45, 'ticket_issued', '2026-03-03 09:49:04+00', 100000000045, 100000000045, NULL, NULL, NULL, NULL, '{"label": "B007", "series": "B", "number": 7, "service_id": 2, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772531344000000, "forecast": [420, 1140]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 46, 'ticket_called', '2026-03-03 09:56:54+00', 100000000030, 100000000044, 2, 2, NULL, 'first_come', '{"label": "C004", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 8}, "language": "pl"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 47, 'ticket_finished', '2026-03-03 09:59:37+00', 100000000030, 100000000044, 2, 2, NULL, NULL, '{"label": "C004", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 48, 'ticket_called', '2026-03-03 09:59:37+00', 100000000031, 100000000031, 2, 2, NULL, 'first_come', '{"label": "C005", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 36}, "language": "pl", "with": 47}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 49, 'ticket_finished', '2026-03-03 10:01:04+00', 100000000031, 100000000031, 2, 2, NULL, NULL, '{"label": "C005", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 50, 'ticket_called', '2026-03-03 10:01:04+00', 100000000034, 100000000034, 2, 2, NULL, 'first_come', '{"label": "B003", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 32}, "language": "cs", "with": 49}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 51, 'ticket_issued', '2026-03-03 10:04:10+00', 100000000051, 100000000051, NULL, NULL, NULL, NULL, '{"label": "B008", "series": "B", "number": 8, "service_id": 2, "business_date": "2026-03-03", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772532250000000, "forecast": [2626, 7128]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 52, 'ticket_finished', '2026-03-03 10:07:48+00', 100000000034, 100000000034, 2, 2, NULL, NULL, '{"label": "B003", "service_id": 2, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 53, 'ticket_called', '2026-03-03 10:07:48+00', 100000000038, 100000000038, 2, 2, NULL, 'first_come', '{"label": "B004", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 30}, "language": "cs", "with": 52}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 54, 'ticket_finished', '2026-03-03 10:10:59+00', 100000000038, 100000000038, 2, 2, NULL, NULL, '{"label": "B004", "service_id": 2, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 55, 'ticket_called', '2026-03-03 10:10:59+00', 100000000039, 100000000039, 2, 2, NULL, 'first_come', '{"label": "B005", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 31}, "language": "pl", "with": 54}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 56, 'tickets_expired', '2026-03-04 03:00:00+00', NULL, NULL, NULL, NULL, 'day_closed', NULL, '{"business_date": "2026-03-03", "expired_legs": [100000000039, 100000000043, 100000000045, 100000000051], "finished_legs": [], "waiting": {"2": 3}, "outcome": "day_closed"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 57, 'counter_closed', '2026-03-04 03:00:00+00', NULL, NULL, 1, 1, 'day_closed', NULL, '{"with": 56}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 58, 'counter_closed', '2026-03-04 03:00:00+00', NULL, NULL, 2, 2, 'day_closed', NULL, '{"with": 56}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 59, 'counter_opened', '2026-03-04 08:00:00+00', NULL, NULL, 1, 1, NULL, NULL, '{"clerk": "Alena", "profile_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 60, 'counter_opened', '2026-03-04 08:00:00+00', NULL, NULL, 2, 2, NULL, NULL, '{"clerk": "Bohdan", "profile_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 61, 'ticket_issued', '2026-03-04 08:10:45+00', 100000000061, 100000000061, NULL, NULL, NULL, NULL, '{"label": "B001", "series": "B", "number": 1, "service_id": 2, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772611845000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 62, 'ticket_issued', '2026-03-04 08:13:17+00', 100000000062, 100000000062, NULL, NULL, NULL, NULL, '{"label": "A001", "series": "A", "number": 1, "service_id": 1, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772611997000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 63, 'ticket_issued', '2026-03-04 08:20:32+00', 100000000063, 100000000063, NULL, NULL, NULL, NULL, '{"label": "A002", "series": "A", "number": 2, "service_id": 1, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772612432000000, "forecast": [105, 285]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 64, 'counter_paused', '2026-03-04 08:24:11+00', NULL, NULL, 2, 2, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 65, 'counter_resumed', '2026-03-04 08:27:11+00', NULL, NULL, 2, 2, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 66, 'ticket_issued', '2026-03-04 08:32:12+00', 100000000066, 100000000066, NULL, NULL, NULL, NULL, '{"label": "A003", "series": "A", "number": 3, "service_id": 1, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772613132000000, "forecast": [210, 570]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 67, 'ticket_issued', '2026-03-04 08:34:24+00', 100000000067, 100000000067, NULL, NULL, NULL, NULL, '{"label": "C001", "series": "C", "number": 1, "service_id": 3, "business_date": "2026-03-04", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772613264000000, "forecast": [0, 0]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 68, 'ticket_issued', '2026-03-04 08:37:25+00', 100000000068, 100000000068, NULL, NULL, NULL, NULL, '{"label": "A004", "series": "A", "number": 4, "service_id": 1, "business_date": "2026-03-04", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772613445000000, "forecast": [315, 855]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 69, 'ticket_issued', '2026-03-04 08:37:58+00', 100000000069, 100000000069, NULL, NULL, NULL, NULL, '{"label": "B002", "series": "B", "number": 2, "service_id": 2, "business_date": "2026-03-04", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772613478000000, "forecast": [105, 285]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 70, 'ticket_called', '2026-03-04 08:40:21+00', 100000000061, 100000000061, 1, 1, NULL, 'first_come', '{"label": "B001", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 29}, "language": "hu"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 71, 'ticket_issued', '2026-03-04 08:44:24+00', 100000000071, 100000000071, NULL, NULL, NULL, NULL, '{"label": "A005", "series": "A", "number": 5, "service_id": 1, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772613864000000, "forecast": [420, 1140]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 72, 'ticket_issued', '2026-03-04 08:46:19+00', 100000000072, 100000000072, NULL, NULL, NULL, NULL, '{"label": "B003", "series": "B", "number": 3, "service_id": 2, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772613979000000, "forecast": [1252, 3397]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 73, 'ticket_no_show', '2026-03-04 08:50:18+00', 100000000061, 100000000061, 1, 1, NULL, NULL, '{"label": "B001", "service_id": 2, "from": "called"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 74, 'ticket_called', '2026-03-04 08:54:47+00', 100000000062, 100000000062, 2, 2, NULL, 'first_come', '{"label": "A001", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 41}, "language": "hu"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 75, 'ticket_finished', '2026-03-04 08:57:35+00', 100000000062, 100000000062, 2, 2, NULL, NULL, '{"label": "A001", "service_id": 1, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 76, 'ticket_called', '2026-03-04 08:57:35+00', 100000000063, 100000000063, 2, 2, NULL, 'first_come', '{"label": "A002", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 37}, "language": "pl", "with": 75}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 77, 'ticket_issued', '2026-03-04 09:01:24+00', 100000000077, 100000000077, NULL, NULL, NULL, NULL, '{"label": "B004", "series": "B", "number": 4, "service_id": 2, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772614884000000, "forecast": [1773, 4811]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 78, 'ticket_returned', '2026-03-04 09:04:28+00', 100000000063, 100000000063, 2, 2, NULL, NULL, '{"label": "A002", "service_id": 1, "from": "called", "position": 1772612432000000, "not_before": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 79, 'ticket_issued', '2026-03-04 09:06:47+00', 100000000079, 100000000079, NULL, NULL, NULL, NULL, '{"label": "C002", "series": "C", "number": 2, "service_id": 3, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772615207000000, "forecast": [105, 285]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 80, 'ticket_issued', '2026-03-04 09:10:25+00', 100000000080, 100000000080, NULL, NULL, NULL, NULL, '{"label": "C003", "series": "C", "number": 3, "service_id": 3, "business_date": "2026-03-04", "language": "cs", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772615425000000, "forecast": [210, 570]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 81, 'ticket_issued', '2026-03-04 09:12:22+00', 100000000081, 100000000081, NULL, NULL, NULL, NULL, '{"label": "C004", "series": "C", "number": 4, "service_id": 3, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772615542000000, "forecast": [315, 855]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 82, 'ticket_issued', '2026-03-04 09:15:00+00', 100000000082, 100000000082, NULL, NULL, NULL, NULL, '{"label": "C005", "series": "C", "number": 5, "service_id": 3, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772615700000000, "forecast": [420, 1140]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 83, 'ticket_issued', '2026-03-04 09:24:33+00', 100000000083, 100000000083, NULL, NULL, NULL, NULL, '{"label": "C006", "series": "C", "number": 6, "service_id": 3, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772616273000000, "forecast": [525, 1425]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 84, 'ticket_called', '2026-03-04 09:27:00+00', 100000000063, 100000000063, 2, 2, NULL, 'first_come', '{"label": "A002", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 66}, "language": "pl"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 85, 'ticket_finished', '2026-03-04 09:27:25+00', 100000000063, 100000000063, 2, 2, NULL, NULL, '{"label": "A002", "service_id": 1, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 86, 'ticket_called', '2026-03-04 09:27:25+00', 100000000066, 100000000066, 2, 2, NULL, 'first_come', '{"label": "A003", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 55}, "language": "pl", "with": 85}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 87, 'ticket_called', '2026-03-04 09:29:50+00', 100000000067, 100000000067, 1, 1, NULL, 'first_come', '{"label": "C001", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 55}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 88, 'ticket_issued', '2026-03-04 09:32:12+00', 100000000088, 100000000088, NULL, NULL, NULL, NULL, '{"label": "C007", "series": "C", "number": 7, "service_id": 3, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772616732000000, "forecast": [3835, 10410]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 89, 'ticket_finished', '2026-03-04 09:34:25+00', 100000000066, 100000000066, 2, 2, NULL, NULL, '{"label": "A003", "service_id": 1, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 90, 'ticket_called', '2026-03-04 09:34:25+00', 100000000068, 100000000068, 2, 2, NULL, 'first_come', '{"label": "A004", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 57}, "language": "cs", "with": 89}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 91, 'ticket_issued', '2026-03-04 09:34:55+00', 100000000091, 100000000091, NULL, NULL, NULL, NULL, '{"label": "A006", "series": "A", "number": 6, "service_id": 1, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772616895000000, "forecast": [1019, 2765]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 92, 'ticket_returned', '2026-03-04 09:37:31+00', 100000000068, 100000000068, 2, 2, NULL, NULL, '{"label": "A004", "service_id": 1, "from": "called", "position": 1772613445000000, "not_before": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 93, 'ticket_transferred', '2026-03-04 09:38:53+00', 100000000067, 100000000067, 1, 1, NULL, NULL, '{"label": "C001", "service_id": 3, "from": "called", "new_leg_id": 100000000093, "to_service_id": 3, "position": 1772613264000000, "reserved_counter_id": null, "reserved_user_id": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 94, 'ticket_issued', '2026-03-04 09:44:11+00', 100000000094, 100000000094, NULL, NULL, NULL, NULL, '{"label": "B005", "series": "B", "number": 5, "service_id": 2, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772617451000000, "forecast": [315, 855]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 95, 'ticket_issued', '2026-03-04 09:47:30+00', 100000000095, 100000000095, NULL, NULL, NULL, NULL, '{"label": "B006", "series": "B", "number": 6, "service_id": 2, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772617650000000, "forecast": [420, 1140]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 96, 'ticket_called', '2026-03-04 09:50:51+00', 100000000067, 100000000093, 2, 2, NULL, 'first_come', '{"label": "C001", "service_id": 3, "from": "waiting", "facts": {"waited_minutes": 11}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 97, 'ticket_finished', '2026-03-04 09:56:36+00', 100000000067, 100000000093, 2, 2, NULL, NULL, '{"label": "C001", "service_id": 3, "from": "called", "outcome": null}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 98, 'counter_paused', '2026-03-04 09:59:50+00', NULL, NULL, 1, 1, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 99, 'counter_resumed', '2026-03-04 10:02:50+00', NULL, NULL, 1, 1, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 100, 'ticket_issued', '2026-03-04 10:03:19+00', 100000000100, 100000000100, NULL, NULL, NULL, NULL, '{"label": "C008", "series": "C", "number": 8, "service_id": 3, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772618599000000, "forecast": [1993, 5409]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 101, 'ticket_issued', '2026-03-04 10:06:34+00', 100000000101, 100000000101, NULL, NULL, NULL, NULL, '{"label": "A007", "series": "A", "number": 7, "service_id": 1, "business_date": "2026-03-04", "language": "hu", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772618794000000, "forecast": [315, 855]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 102, 'ticket_called', '2026-03-04 10:16:12+00', 100000000068, 100000000068, 2, 2, NULL, 'first_come', '{"label": "A004", "service_id": 1, "from": "waiting", "facts": {"waited_minutes": 98}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 103, 'ticket_issued', '2026-03-04 10:18:31+00', 100000000103, 100000000103, NULL, NULL, NULL, NULL, '{"label": "A008", "series": "A", "number": 8, "service_id": 1, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772619511000000, "forecast": [3009, 8168]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 104, 'ticket_no_show', '2026-03-04 10:22:10+00', 100000000068, 100000000068, 2, 2, NULL, NULL, '{"label": "A004", "service_id": 1, "from": "called"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 105, 'ticket_issued', '2026-03-04 10:26:11+00', 100000000105, 100000000105, NULL, NULL, NULL, NULL, '{"label": "C009", "series": "C", "number": 9, "service_id": 3, "business_date": "2026-03-04", "language": "pl", "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1772619971000000, "forecast": [735, 1995]}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 106, 'ticket_called', '2026-03-04 10:28:38+00', 100000000069, 100000000069, 1, 1, NULL, 'first_come', '{"label": "B002", "service_id": 2, "from": "waiting", "facts": {"waited_minutes": 110}, "language": "cs"}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 107, 'counter_paused', '2026-03-04 10:30:46+00', NULL, NULL, 1, 1, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.ticket_event VALUES (1, 108, 'counter_resumed', '2026-03-04 10:33:46+00', NULL, NULL, 1, 1, NULL, NULL, '{}', NULL, NULL);
INSERT INTO public.user_account VALUES (1, 'alena.brno', 'Alena', '$argon2id$v=19$m=65536,t=3,p=4$Ajvd8XSuNPxq1/an0z3QTw$q5/shIpL7OBscdlyFpWOo1o92MmdLDb6rHI1fflTDlw', 'en', true, '2026-03-03 07:00:00+00', '[]');
INSERT INTO public.user_account VALUES (2, 'bohdan.brno', 'Bohdan', '$argon2id$v=19$m=65536,t=3,p=4$yak8xLkJ7hh6j9a8iRGt2Q$gqM8ZgDCqlNZ6GK/6UvKT2ttkZB4S0ENuxSvqj5/AD4', 'en', true, '2026-03-03 07:00:00+00', '[]');
INSERT INTO public.user_account VALUES (3, 'marta.brno', 'Marta', '$argon2id$v=19$m=65536,t=3,p=4$W8t4Ae3AzQ2EPmPuuGGbRg$tUBS9V2scweqyM49RX00/j7PZywoksxLoRQJ+pPuyjY', 'en', true, '2026-03-03 07:00:00+00', '[]');
INSERT INTO public.user_account VALUES (4, 'oskar.brno', 'Oskar', '$argon2id$v=19$m=65536,t=3,p=4$Ku6YzVldpgxUM65OKc/flQ$Mq+N5e5+csH3hOSDweYDCfybyRzi60DxL7GhBF3QILw', 'en', true, '2026-03-03 07:00:00+00', '[]');
INSERT INTO public.user_role VALUES (1, 1, 1, 'clerk', NULL);
INSERT INTO public.user_role VALUES (2, 2, 1, 'clerk', NULL);
INSERT INTO public.user_role VALUES (3, 3, 1, 'manager', NULL);
SELECT pg_catalog.setval('public.api_token_id_seq', 3, true);
SELECT pg_catalog.setval('public.branch_id_seq', 1, true);
SELECT pg_catalog.setval('public.counter_id_seq', 4, true);
SELECT pg_catalog.setval('public.counter_pause_id_seq', 5, true);
SELECT pg_catalog.setval('public.counter_session_id_seq', 4, true);
SELECT pg_catalog.setval('public.kiosk_id_seq', 1, true);
SELECT pg_catalog.setval('public.leg_id_seq', 1, false);
SELECT pg_catalog.setval('public.message_id_seq', 1, false);
SELECT pg_catalog.setval('public.pairing_id_seq', 1, false);
SELECT pg_catalog.setval('public.panel_id_seq', 1, false);
SELECT pg_catalog.setval('public.print_job_id_seq', 39, true);
SELECT pg_catalog.setval('public.printer_event_id_seq', 1, false);
SELECT pg_catalog.setval('public.printer_id_seq', 1, true);
SELECT pg_catalog.setval('public.report_job_id_seq', 1, false);
SELECT pg_catalog.setval('public.report_schedule_id_seq', 1, false);
SELECT pg_catalog.setval('public.screen_id_seq', 1, true);
SELECT pg_catalog.setval('public.service_id_seq', 3, true);
SELECT pg_catalog.setval('public.ticket_id_seq', 1, false);
SELECT pg_catalog.setval('public.ticket_note_id_seq', 1, false);
SELECT pg_catalog.setval('public.user_account_id_seq', 4, true);
SELECT pg_catalog.setval('public.user_role_id_seq', 3, true);
SELECT pg_catalog.setval('public.work_profile_id_seq', 1, false);
ALTER TABLE ONLY public.alarm_state
    ADD CONSTRAINT alarm_state_pkey PRIMARY KEY (branch_id, name);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.branch_logo
    ADD CONSTRAINT branch_logo_pkey PRIMARY KEY (branch_id);
ALTER TABLE ONLY public.branch
    ADD CONSTRAINT branch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.branch
    ADD CONSTRAINT branch_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.branch_state
    ADD CONSTRAINT branch_state_pkey PRIMARY KEY (branch_id);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_branch_id_name_key UNIQUE (branch_id, name);
ALTER TABLE ONLY public.counter_pause
    ADD CONSTRAINT counter_pause_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.day_facts
    ADD CONSTRAINT day_facts_pkey PRIMARY KEY (branch_id, business_date);
ALTER TABLE ONLY public.kiosk
    ADD CONSTRAINT kiosk_branch_id_name_key UNIQUE (branch_id, name);
ALTER TABLE ONLY public.kiosk
    ADD CONSTRAINT kiosk_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_ticket_id_sequence_key UNIQUE (ticket_id, sequence);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_key_key UNIQUE (key);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.number_series
    ADD CONSTRAINT number_series_pkey PRIMARY KEY (branch_id, business_date, series);
ALTER TABLE ONLY public.pairing
    ADD CONSTRAINT pairing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.panel
    ADD CONSTRAINT panel_branch_id_name_key UNIQUE (branch_id, name);
ALTER TABLE ONLY public.panel
    ADD CONSTRAINT panel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT print_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.printer
    ADD CONSTRAINT printer_branch_id_name_key UNIQUE (branch_id, name);
ALTER TABLE ONLY public.printer_event
    ADD CONSTRAINT printer_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.printer
    ADD CONSTRAINT printer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.report_job
    ADD CONSTRAINT report_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.report_schedule
    ADD CONSTRAINT report_schedule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.screen_ack
    ADD CONSTRAINT screen_ack_pkey PRIMARY KEY (branch_id, call_id, screen_key);
ALTER TABLE ONLY public.screen
    ADD CONSTRAINT screen_branch_id_name_key UNIQUE (branch_id, name);
ALTER TABLE ONLY public.screen
    ADD CONSTRAINT screen_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.screen_state
    ADD CONSTRAINT screen_state_pkey PRIMARY KEY (branch_id, screen_key);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_branch_id_slug_key UNIQUE (branch_id, slug);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_branch_id_business_date_label_key UNIQUE (branch_id, business_date, label);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_pkey PRIMARY KEY (branch_id, revision);
ALTER TABLE ONLY public.ticket_note
    ADD CONSTRAINT ticket_note_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_token_key UNIQUE (token);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_username_key UNIQUE (username);
ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT user_role_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.work_profile
    ADD CONSTRAINT work_profile_branch_id_name_key UNIQUE (branch_id, name);
ALTER TABLE ONLY public.work_profile
    ADD CONSTRAINT work_profile_pkey PRIMARY KEY (id);
CREATE INDEX ix_counter_pause_session_id ON public.counter_pause USING btree (session_id);
CREATE INDEX ix_leg_called ON public.leg USING btree (branch_id, last_called_at) WHERE (last_called_at IS NOT NULL);
CREATE INDEX ix_leg_enqueued ON public.leg USING btree (branch_id, enqueued_at);
CREATE INDEX ix_leg_queue ON public.leg USING btree (branch_id, service_id, rank, "position", id, enqueued_at) WHERE (state = 'waiting'::text);
CREATE INDEX ix_leg_wishes ON public.leg USING btree (branch_id) WHERE ((state = 'waiting'::text) AND ((not_before IS NOT NULL) OR (reserved_counter_id IS NOT NULL) OR (reserved_user_id IS NOT NULL) OR (wanted_language IS NOT NULL) OR (booked_for IS NOT NULL)));
CREATE INDEX ix_message_branch_id ON public.message USING btree (branch_id);
CREATE INDEX ix_message_queued ON public.message USING btree (id) WHERE (state = 'queued'::text);
CREATE INDEX ix_print_job_ticket ON public.print_job USING btree (ticket_id);
CREATE INDEX ix_print_job_unfinished ON public.print_job USING btree (printer_id, id) WHERE (state = ANY (ARRAY['queued'::text, 'sending'::text]));
CREATE INDEX ix_printer_event_printer ON public.printer_event USING btree (printer_id, id);
CREATE INDEX ix_report_job_branch_id ON public.report_job USING btree (branch_id);
CREATE INDEX ix_report_job_under_way ON public.report_job USING btree (id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX ix_report_schedule_branch_id ON public.report_schedule USING btree (branch_id);
CREATE INDEX ix_screen_state_screen_id ON public.screen_state USING btree (screen_id);
CREATE INDEX ix_session_opened ON public.counter_session USING btree (branch_id, opened_at);
CREATE INDEX ix_ticket_note_branch_id ON public.ticket_note USING btree (branch_id);
CREATE INDEX ix_ticket_note_ticket_id ON public.ticket_note USING btree (ticket_id);
CREATE INDEX ix_user_role_user_id ON public.user_role USING btree (user_id);
CREATE UNIQUE INDEX ux_leg_one_at_a_counter ON public.leg USING btree (counter_id) WHERE (state = ANY (ARRAY['called'::text, 'serving'::text]));
CREATE UNIQUE INDEX ux_leg_one_open_a_ticket ON public.leg USING btree (ticket_id) WHERE (state = ANY (ARRAY['waiting'::text, 'called'::text, 'serving'::text, 'parked'::text]));
CREATE UNIQUE INDEX ux_pairing_code ON public.pairing USING btree (code) WHERE (done_at IS NULL);
CREATE UNIQUE INDEX ux_pairing_secret ON public.pairing USING btree (secret_hash);
CREATE UNIQUE INDEX ux_printer_token ON public.printer USING btree (token_hash);
CREATE UNIQUE INDEX ux_session_actor ON public.counter_session USING btree (branch_id, actor) WHERE ((closed_at IS NULL) AND (user_id IS NOT NULL));
CREATE UNIQUE INDEX ux_session_counter ON public.counter_session USING btree (counter_id) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX ux_ticket_event_request ON public.ticket_event USING btree (branch_id, request_id) WHERE (request_id IS NOT NULL);
ALTER TABLE ONLY public.alarm_state
    ADD CONSTRAINT alarm_state_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES public.kiosk(id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_screen_id_fkey FOREIGN KEY (screen_id) REFERENCES public.screen(id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);
ALTER TABLE ONLY public.branch_logo
    ADD CONSTRAINT branch_logo_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.branch_state
    ADD CONSTRAINT branch_state_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.counter_pause
    ADD CONSTRAINT counter_pause_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.counter_session(id);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.work_profile(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES public.counter(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.work_profile(id);
ALTER TABLE ONLY public.counter_session
    ADD CONSTRAINT counter_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);
ALTER TABLE ONLY public.day_facts
    ADD CONSTRAINT day_facts_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.kiosk
    ADD CONSTRAINT kiosk_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.kiosk
    ADD CONSTRAINT kiosk_printer_id_fkey FOREIGN KEY (printer_id) REFERENCES public.printer(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES public.counter(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_reserved_counter_id_fkey FOREIGN KEY (reserved_counter_id) REFERENCES public.counter(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_reserved_user_id_fkey FOREIGN KEY (reserved_user_id) REFERENCES public.user_account(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.service(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES public.report_schedule(id);
ALTER TABLE ONLY public.number_series
    ADD CONSTRAINT number_series_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.pairing
    ADD CONSTRAINT pairing_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.panel
    ADD CONSTRAINT panel_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.panel
    ADD CONSTRAINT panel_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES public.counter(id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT print_job_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT print_job_moved_from_id_fkey FOREIGN KEY (moved_from_id) REFERENCES public.printer(id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT print_job_printer_id_fkey FOREIGN KEY (printer_id) REFERENCES public.printer(id);
ALTER TABLE ONLY public.print_job
    ADD CONSTRAINT print_job_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.printer
    ADD CONSTRAINT printer_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.printer_event
    ADD CONSTRAINT printer_event_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.printer_event
    ADD CONSTRAINT printer_event_printer_id_fkey FOREIGN KEY (printer_id) REFERENCES public.printer(id);
ALTER TABLE ONLY public.printer
    ADD CONSTRAINT printer_fallback_id_fkey FOREIGN KEY (fallback_id) REFERENCES public.printer(id);
ALTER TABLE ONLY public.report_job
    ADD CONSTRAINT report_job_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.report_schedule
    ADD CONSTRAINT report_schedule_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.screen_ack
    ADD CONSTRAINT screen_ack_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.screen
    ADD CONSTRAINT screen_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.screen_state
    ADD CONSTRAINT screen_state_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.screen_state
    ADD CONSTRAINT screen_state_screen_id_fkey FOREIGN KEY (screen_id) REFERENCES public.screen(id);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES public.counter(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_leg_id_fkey FOREIGN KEY (leg_id) REFERENCES public.leg(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);
ALTER TABLE ONLY public.ticket_note
    ADD CONSTRAINT ticket_note_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.ticket_note
    ADD CONSTRAINT ticket_note_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.service(id);
ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT user_role_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT user_role_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.work_profile(id);
ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT user_role_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);
ALTER TABLE ONLY public.work_profile
    ADD CONSTRAINT work_profile_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branch(id);
