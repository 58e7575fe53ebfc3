using LabAutomation.Benchmarks;

namespace LabAutomation.Tests.Benchmarks;

/// <summary>No benchmark ends without a word.</summary>
public sealed class LastWordTests
{
    private readonly StringWriter _error = new();

    [Fact]
    public void What_ends_a_benchmark_before_its_verdict_is_told_once()
    {
        using var word = new LastWord("instruments", _error);

        word.Say("by SIGTERM");
        word.Say("by the program itself");
        word.Verdict(143).Should().Be(143);

        _error.ToString().Should().Be($"benchmark 'instruments' was ended by SIGTERM after 0 s, before its verdict{Environment.NewLine}");
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "benchmark 'instruments' ended with exit code 1")]
    public void After_the_verdict_nothing_more_is_said_than_an_exit_code_that_is_no_success(int exitCode, string told)
    {
        using var word = new LastWord("instruments", _error);

        word.Verdict(exitCode).Should().Be(exitCode);
        word.Say("by SIGTERM");

        _error.ToString().TrimEnd().Should().Be(told);
    }
}
