# Every target is one line of deploy/local or of Swift; `make` alone says which there are.
.DEFAULT_GOAL := help
.PHONY: help run demo up down status logs test bench load fuzz chaos lint format doctor migrate reset clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## builds and starts everything and plays a call, until Ctrl-C (DEBUG=1 for a debug build)
	@deploy/local/run foreground

demo: ## plays a call against what runs (SCRIPT=examples/interruption.json)
	@deploy/local/run simulate $(or $(SCRIPT),examples/support.json)

up: ## the same, in the background
	@deploy/local/run up

down: ## drains and stops what `make up` started
	@deploy/local/run down

status: ## what runs where
	@deploy/local/run status

logs: ## follows the logs
	@deploy/local/run logs

test: ## builds and runs all tests against servers of their own
	@deploy/local/test

bench: ## measures us and a peer in alternating rounds
	@deploy/local/bench --write

load: ## many calls at once: what one costs, and how many are too many (CALLS=100, LOAD="--providers local …")
	@deploy/local/load --calls $(or $(CALLS),100) $(or $(LOAD),--ramp --overload)

fuzz: ## feeds the parsers what nobody meant to send
	@Tests/Fuzz/run
	@Tests/Fuzz/run --executions 1000000 media-session

chaos: ## kills, cuts and floods everything for SECONDS=60, SEED=… repeats a game
	@deploy/local/chaos --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

lint: ## formatting, lint and shell scripts
	@deploy/local/lint

format: ## formats the Swift sources in place
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

doctor: ## what this machine has and lacks, and how to mend it
	@deploy/local/doctor

migrate: ## brings the database up to date
	@deploy/local/run migrate

reset: ## stops everything and deletes the data of this checkout, after asking (YES=1 does not ask)
	@deploy/local/run reset $(if $(YES),--yes)

clean: ## deletes what was built; data and servers stay
	@rm -rf .build
