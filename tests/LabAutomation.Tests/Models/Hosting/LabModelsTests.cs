using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Tests.Campaigns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabAutomation.Tests.Models.Hosting;

/// <summary>The models of a lab, on record and in its log.</summary>
public sealed class LabModelsTests : IDisposable
{
    private readonly Lines _log = new();
    private readonly DrumPolicies _policies;
    private readonly LabModels _models;

    public LabModelsTests()
    {
        var host = new ModelHostOptions { Folder = Path.Combine(AppContext.BaseDirectory, "models") };
        _policies = new DrumPolicies(Options.Create(host));
        var instruments = new InstrumentListOptions { Instruments = { new InstrumentOptions { Name = "reactor", Family = MicroreactorFamily.Name, Connection = InstrumentOptions.Simulated, Settings = { ["policy"] = "reactor-policy" } } } };
        _models = new LabModels(new LabParts(null!, null!, null!, instruments, host, _policies, null!, _log, null!) { Policy = null! });
    }

    public void Dispose()
    {
        _models.Dispose();
        _policies.Dispose();
    }

    [Theory]
    [InlineData("follow", true)]
    [InlineData("schedule", false)]
    public void A_policy_is_on_record_where_it_steers_and_not_where_a_programme_turns_the_drums(string command, bool steers)
    {
        var plan = CampaignTexts.Parse(CampaignTexts.Match);
        plan = plan with { Analyses = [], Steps = [new StepPlan("go", false, [new ActionPlan("reactor", command, ImmutableSortedDictionary<string, Formula>.Empty, null, null)])] };

        var seen = _models.Of(plan, ["reactor"]);

        string[] told = steers ? ["reactor-policy 1.0 on cpu, steers reactor"] : [];
        seen.Select(model => model.ToString()).Should().Equal(told);
        _log.Written.Should().Equal(told.Select(line => $"Information: Model {line}"));
    }

    [Fact]
    public void The_log_says_on_which_device_each_model_runs()
    {
        _models.Begin();

        _log.Written.Should().Contain("Information: Model bragg-peaks 1.0 on cpu").And.HaveCountGreaterThan(4);
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
