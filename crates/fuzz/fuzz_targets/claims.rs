//! Whatever the texts, a claim is compared without panic, spans lie inside, and a text supports itself or says why not.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (claim, evidence) = texts;
    let lengths = [claim.chars().count(), evidence.chars().count()];
    let Ok(checks) = simone_validation::check_claims(&[claim], &[evidence, claim], &[(0, 0), (0, 1)], &[]) else {
        panic!("no near words were given");
    };
    assert!(checks.len() == 2 && checks.iter().all(|check| (0.0..=1.0).contains(&check.strength)));
    for (span, length) in checks[0].spans.iter().zip(lengths) {
        assert!(span.is_none_or(|(start, end)| start <= end && end <= length));
    }
    assert!(checks[1].missing.is_empty() || checks[1].status == 2, "a text with words that it lacks itself");
    let near = simone_validation::find_quotations(&[claim], &[evidence], &[(0, 0)]);
    assert!(near.iter().flatten().all(|found| found.span.0 < found.span.1 && found.span.1 <= lengths[1]));
    let _ = simone_validation::find_contradictions(&[claim, evidence]);
});
