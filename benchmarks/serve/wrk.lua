-- The last line that wrk prints is what load.py reads.
function done(summary, latency)
    local errors = summary.errors
    local form = '{"requests_per_second": %f, "percentile_99_milliseconds": %f, "failed_requests": %d}\n'
    io.write(form:format(
        -- To wrk, an error is an answer as well.
        (summary.requests - errors.status) / summary.duration * 1e6,
        latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout
    ))
end
