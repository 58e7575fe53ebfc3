using System.Diagnostics;
using LabAutomation.Models;

namespace LabAutomation.Benchmarks.Models;

/// <summary>Threads that call a batcher in turns of the same length, one call at a time each.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly Thread[] _threads;
    private readonly long[][] _latencies;
    private readonly int[] _calls;
    private readonly Barrier _begin;
    private readonly Barrier _end;
    private long _until;
    private bool _over;

    public Crowd(ModelBatcher batcher, int callers, string input, int rows)
    {
        _begin = new Barrier(callers + 1);
        _end = new Barrier(callers + 1);
        _calls = new int[callers];
        _latencies = Enumerable.Range(0, callers).Select(_ => new long[1 << 18]).ToArray();
        _threads = Enumerable.Range(0, callers).Select(k => new Thread(() => Call(batcher, batcher.NewCall(rows), input, k)) { IsBackground = true }).ToArray();
        foreach (var thread in _threads) thread.Start();
    }

    public CrowdTurn Run(int milliseconds)
    {
        Array.Clear(_calls);
        var began = Stopwatch.GetTimestamp();
        _until = began + (milliseconds * Stopwatch.Frequency / 1000);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        _begin.SignalAndWait();
        _end.SignalAndWait();
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var sorted = _latencies.SelectMany((latencies, k) => latencies.Take(_calls[k])).Order().ToArray();
        var p99 = sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(0.99 * sorted.Length) - 1];
        return new CrowdTurn(sorted.Length, seconds, Stopwatch.GetElapsedTime(0, p99).TotalMicroseconds, bytes);
    }

    public void Dispose()
    {
        _over = true;
        _begin.SignalAndWait();
        foreach (var thread in _threads) thread.Join();
        _begin.Dispose();
        _end.Dispose();
    }

    private void Call(ModelBatcher batcher, ModelCall call, string input, int caller)
    {
        call.Input(input).Fill(0.25f);
        while (true)
        {
            _begin.SignalAndWait();
            if (_over) return;
            for (var now = Stopwatch.GetTimestamp(); now < _until && _calls[caller] < _latencies[caller].Length;)
            {
                if (batcher.Run(call, default) != CallOutcome.Answered) throw new InvalidOperationException($"{call.Outcome}: {call.Reason}");
                var ended = Stopwatch.GetTimestamp();
                _latencies[caller][_calls[caller]++] = ended - now;
                now = ended;
            }

            _end.SignalAndWait();
        }
    }
}
