use forksight::engine::exact::{Metric, Moments, Solver};
use forksight::engine::*;
use forksight::forecast::{Layout, record};
use forksight::plan::{Model, Rates, States, Ways, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let path = &args[1];
    let n: u64 = args[2].parse().unwrap();
    let set: Vec<String> = args[3..].to_vec();
    let text = std::fs::read(path).unwrap();
    let scenario = Scenario::read("x.toml", &text, FileFormat::Toml).unwrap();
    let sel = Selection {
        set,
        ..Selection::default()
    };
    let (journey, _) = scenario
        .journey(&sel)
        .map_err(|e| {
            format!(
                "{:?}",
                e.problems.iter().map(|p| p.fault.message.clone()).collect::<Vec<_>>()
            )
        })
        .unwrap();
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let layout = Layout::of(&journey, &plan);
    let mean = journey.draws.mean_world();
    let rates = Rates::of(model, &mean).unwrap();
    let t = Instant::now();
    let states = States::of(&journey, &plan).unwrap();
    println!(
        "states {} edges {} in {:?}; ticks {} stretches {}",
        states.states.len(),
        states.edges.len(),
        t.elapsed(),
        plan.clock.ticks,
        plan.stretches.len()
    );
    println!("{:?}", choose(model, None).unwrap());
    let ways = Ways::of(&plan, &states, &rates);
    let t = Instant::now();
    let mut solver = Solver::new(&plan, &states);
    println!("solver new {:?}", t.elapsed());
    for _ in 0..3 {
        let t = Instant::now();
        let tally = solver.tally(&rates, &ways);
        println!("tally {:?} moves {}", t.elapsed(), solver.moves());
        std::hint::black_box(tally);
    }
    let mut moments = Moments::new(model, &states, &[Metric::Won, Metric::Revenue, Metric::Profit]);
    for _ in 0..3 {
        let t = Instant::now();
        let m = moments.of(&rates, &ways);
        println!("moments {:?} {:?}", t.elapsed(), m[0]);
    }
    for engine in [Engine::Cohort, Engine::Individual] {
        let cust: f64 = rates.streams.iter().map(|it| it.total()).sum();
        if engine == Engine::Individual && cust > 3e6 {
            continue;
        }
        let options = RunOptions {
            replications: n,
            seed: 1,
            threads: 1,
            engine,
        };
        let t = Instant::now();
        let run = simulate(
            model,
            options,
            |rates, tally| record(model, &layout, rates, tally),
            &|_| (),
            &AtomicBool::new(false),
        )
        .unwrap();
        let all = t.elapsed().as_secs_f64() / n as f64;
        println!(
            "{engine:?} {:.1} us per replication, {} moves, {:.1} ns a move",
            all * 1e6,
            run.moves / n,
            all * 1e9 * n as f64 / run.moves.max(1) as f64
        );
    }
}
