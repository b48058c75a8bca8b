# `make help` lists what there is.

SHELL := bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Containers often forbid Python to keep what it has compiled. Then each of the hundreds of programs that the tests start
# compiles all of it again, which is half of its start (0.9 s of a processor for `vivavoce serve`).
export PYTHONDONTWRITEBYTECODE :=

# What is given to the demo, and to pytest: make demo ARGS="--port 8801", make test TESTS=tests/attempts ARGS=-x
ARGS ?=
TESTS ?=

templates := src/vivavoce/web/templates
# Files are dealt out in the order of tests/conftest.py, the slow ones first.
two_at_a_time := -n 2 --dist loadfile --no-loadscope-reorder
# A third of the time that slow tests take they wait, for a browser, for sound, for a worker: three keep two cores busy.
three_at_a_time := -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: help
help: ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1|\2/p' Makefile | column -t -s '|'

.PHONY: setup
setup: ## Lay everything this folder needs (run it after a clone; later it is done for you)
	@scripts/setup

.PHONY: demo
demo: ## Start a whole Vivavoce with a first interview; its last line says where (ARGS="--help")
	@scripts/setup run
	@.venv/bin/vivavoce demo $(ARGS)

.PHONY: test
test: setup ## Every test but the nightly ones (TESTS=tests/attempts, ARGS=-x)
	@pytest $(three_at_a_time) -m "not nightly" $(TESTS) $(ARGS)

.PHONY: check
check: lint ## All that must hold before a commit: what the tools read, and the fast tests
	@pytest -q $(two_at_a_time) -m "not slow and not nightly" $(TESTS) $(ARGS)

.PHONY: nightly
nightly: setup ## The tests that take minutes
	@TESTS_IN_WHOLE_CHROMIUM=1 pytest -m nightly $(TESTS) $(ARGS) || { code=$$?; test $$code = 5; }

.PHONY: attack
attack: setup ## Attack a Vivavoce of its own, and say what held (about ten minutes; ARGS="--only tokens ids")
	@PYTHONPATH=. python -m bench.attack $(ARGS)

.PHONY: mutate
mutate: setup ## Change the code in one wrong way at a time and see whether the closest tests notice (ARGS="--only turn")
	@python scripts/mutate.py $(ARGS)

.PHONY: bench-create
bench-create: setup ## How fast the create call is, beside the database alone and a plain edge function (needs wrk)
	@PYTHONPATH=. python bench/create.py $(ARGS)

.PHONY: bench-conversation
bench-conversation: setup ## How soon answers are acknowledged while 50 candidates type, and how long the conductor thinks
	@PYTHONPATH=. python bench/conversation.py $(ARGS)

.PHONY: bench-shouting
bench-shouting: setup ## Whether candidates who shout hold another merchant's calls up (ARGS="--sockets 40")
	@PYTHONPATH=. python bench/shouting.py $(ARGS)

.PHONY: bench-console
bench-console: setup ## How long each page of the console takes with 100,000 results (ARGS="--results 1000")
	@PYTHONPATH=. python bench/console.py $(ARGS)

.PHONY: bench-console-in-browser
bench-console-in-browser: setup ## How soon pages of the console can be read in Chromium, and a result of 45 minutes be worked with
	@PYTHONPATH=. python bench/console_in_browser.py $(ARGS)

.PHONY: bench-webhooks
bench-webhooks: setup ## How soon 500 receivers of webhooks hear, 50 of them dead (ARGS="--receivers 40 --dead 4")
	@PYTHONPATH=. python bench/webhooks.py $(ARGS)

.PHONY: bench-models
bench-models: setup ## How long a candidate waits while a language model fails, and whether anything is lost or given away
	@PYTHONPATH=. python bench/models.py $(ARGS)

.PHONY: bench-recorded
bench-recorded: setup ## What a conversation with a capable language model comes to, by recorded completions (ARGS=--wrong)
	@PYTHONPATH=. python bench/recorded.py $(ARGS)

.PHONY: bench-report
bench-report: setup ## How long a report takes as a PDF, in how much memory, in six scripts, and a hundred at once
	@PYTHONPATH=. python bench/report.py $(ARGS)

.PHONY: bench-composing
bench-composing: setup ## How long composing a session of 45 minutes takes: both voices, the picture, the interviewer drawn
	@PYTHONPATH=. python bench/composing.py $(ARGS)

.PHONY: bench-proof
bench-proof: setup ## What recordings cost and lose: kills of the server, receipts beside 50 of them, quotes till they sound
	@PYTHONPATH=. python bench/proof.py $(ARGS)

.PHONY: bench-asking
bench-asking: setup ## How often a candidate's own question is answered rightly (ARGS=--wrong)
	@PYTHONPATH=. python bench/asking.py $(ARGS)

.PHONY: bench-meaning
bench-meaning: setup ## How often what may help a candidate who asks in open language does (ARGS=--wrong, --learn)
	@PYTHONPATH=. python bench/meaning.py $(ARGS)

.PHONY: bench-knowledge
bench-knowledge: setup ## How well and how fast stores are searched and documents read
	@PYTHONPATH=. python bench/knowledge.py $(ARGS)

.PHONY: bench-understanding
bench-understanding: setup ## How often answers are told from questions about the question, requests and small talk (ARGS=--wrong)
	@PYTHONPATH=. python bench/understanding.py $(ARGS)

.PHONY: bench-turns
bench-turns: setup ## How often a candidate's turn is taken for what it is (ARGS=--wrong, --learn)
	@PYTHONPATH=. python bench/turns.py $(ARGS)

.PHONY: bench-asked-by-rule
bench-asked-by-rule: setup ## How often a follow-up that is asked without a language model fits (ARGS=--wrong)
	@PYTHONPATH=. python bench/asked_by_rule.py $(ARGS)

.PHONY: bench-rater
bench-rater: setup ## How well the rater judges, how fast, in how much memory (ARGS="--only gold speed")
	@PYTHONPATH=. python bench/rater.py $(ARGS)

.PHONY: bench-spelling
bench-spelling: setup ## How far spelling alone moves a score (ARGS="--graded FOLDER --answers 200")
	@PYTHONPATH=. python bench/spelling.py $(ARGS)

.PHONY: bench-reader
bench-reader: setup ## How well the second reader judges, by recorded completions (ARGS="--only gold others")
	@PYTHONPATH=. python bench/reader.py $(ARGS)

.PHONY: bench-round-trip
bench-round-trip: setup ## How well the offline ear hears the offline voices (ARGS=--all for every language, --wrong)
	@PYTHONPATH=. python bench/round_trip.py $(ARGS)

.PHONY: bench-voice
bench-voice: setup ## What the living voice costs and loses, and how soon the next words come (ARGS="--only drops")
	@PYTHONPATH=. python bench/voice.py $(ARGS)

.PHONY: bench-spoken-follow-up
bench-spoken-follow-up: setup ## How long who speaks waits for a follow-up of a model that takes 500 ms (ARGS="--answers 4")
	@PYTHONPATH=. python bench/spoken_follow_up.py $(ARGS)

.PHONY: bench-page
bench-page: setup ## How many bytes each candidate page is, and how soon it is there on a slow line (ARGS="--runs 9")
	@PYTHONPATH=. python bench/page.py $(ARGS)

# --- What the tools read -------------------------------------------------------------------------------------------

.PHONY: lint
lint: style types directions pages sayings spelling ## The part of check that runs no test

.PHONY: style
style: setup
	@ruff format --check --quiet --output-format concise . || { echo "Run: make format"; exit 1; }
	@ruff check --quiet .

.PHONY: types
types: setup
	@mypy

.PHONY: directions
directions: setup
	@lint-imports --no-logo

.PHONY: pages
pages: setup
	@djlint --lint --quiet $(templates)
	@test -x node_modules/.bin/tsc || { rm -f .venv/set-up-from; scripts/setup; }
	@node_modules/.bin/tsc --project tsconfig.json
	@node_modules/.bin/tsc --project tsconfig.worklet.json

.PHONY: sayings
sayings: setup
	@python scripts/words.py check

.PHONY: spelling
spelling: setup
	@git ls-files -z --cached --others --exclude-standard | xargs -0 codespell

# --- What changes files --------------------------------------------------------------------------------------------

.PHONY: format
format: setup ## Lay out the code and mend what can be mended without thinking
	@ruff check --fix-only --quiet .
	@ruff format .

.PHONY: words
words: setup ## Gather what the pages say into the catalogues, after a change in a sentence (docs/howto/translate.md)
	@python scripts/words.py update

.PHONY: reference
reference: setup ## Write docs/reference anew, after a change in a setting, a command, a call, an event or a note
	@PYTHONPATH=. python scripts/make_reference.py

.PHONY: screenshots
screenshots: setup ## Take the pictures of docs/design-language.md anew, after a change in how pages look
	@PYTHONPATH=. python scripts/screenshots/make.py

.PHONY: release
release: setup ## Make what a release consists of from the commit that stands here, into dist/ (docs/howto/release.md)
	@PYTHONPATH=. python scripts/release.py

.PHONY: lock
lock: setup ## Choose the versions anew, after a change in pyproject.toml or requirements/dev.in (ARGS=--upgrade)
	@scripts/lock $(ARGS)
