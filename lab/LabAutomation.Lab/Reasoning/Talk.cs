using System.CommandLine;
using System.Text;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LabAutomation.Lab.Reasoning;

/// <summary>A conversation of one command with the lab's agents, and the campaign that they may begin.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private const long MostBytes = 1 << 20;

    private readonly PlanBench _bench;
    private LabSession? _lab;

    private Talk(PlanBench bench, TalkDisplay display) => (_bench, Display) = (bench, display);

    public ReasoningSession Session { get; private set; } = null!;

    public TalkDisplay Display { get; }

    /// <summary>The campaign that was begun, and the lab in which it is to run; null where none was.</summary>
    public (LabSession Lab, string Id)? Begun { get; private set; }

    /// <param name="documents">Files whose texts the agents may read.</param>
    /// <exception cref="LabException">There is no model, or another conversation is held.</exception>
    public static async Task<Talk> OpenAsync(ParseResult parsed, string kind, string person, IReadOnlyList<ReasoningRole> roles, IReadOnlyList<string> documents, Terminal terminal, CancellationToken cancellation)
    {
        var settings = Settings.Of(parsed);
        settings.Require();
        var options = Options(settings);
        var current = new CurrentSettings(settings.File, () => Settings.Of(parsed, settings.File));
        // In 'lab plan' nothing moves, whatever the planner may do elsewhere.
        var policy = new CurrentPolicy(current, kind == ConversationBegun.OfPlan ? all => all.Capped(ReasoningRole.Planner.Name, Tier.Plan) : null);
        var texts = documents.ToDictionary(path => Path.GetFileName(path), Read, StringComparer.Ordinal);
        var talk = new Talk(new PlanBench(current, stop => LabSession.OpenAsync(current.Now, stop)), new TalkDisplay(terminal.Out, !parsed.GetValue(CommonOptions.Json)));
        var view = talk._bench.View(options.Directory, (plan, stop) => talk.ReadyAsync(current, plan, stop), texts);
        try
        {
            talk.Session = await ReasoningSession.OpenAsync(
                new ReasoningSetup(kind, person, roles, options.Reasoning, policy.Now, options.Directory, view, talk.Display.Show, TimeProvider.System), cancellation);
            return talk;
        }
        catch
        {
            talk._bench.Dispose();
            throw;
        }
    }

    /// <summary>Ends the conversation; a campaign that was begun can run after it.</summary>
    public async Task EndAsync()
    {
        await Session.DisposeAsync();
        _bench.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null) await _lab.DisposeAsync();
    }

    /// <summary>What the configuration says of agents, validated.</summary>
    internal static (ReasoningOptions Reasoning, PolicyOptions Policy, string Directory) Options(Settings settings)
    {
        using var host = settings.BuildHost();
        return (Value<ReasoningOptions>(), Value<PolicyOptions>(), Value<LabOptions>().DataDirectory);

        T Value<T>() where T : class => host.Services.GetRequiredService<IOptions<T>>().Value;
    }

    private Task<ReadyCampaign> ReadyAsync(CurrentSettings settings, CampaignPlan plan, CancellationToken cancellation)
    {
        if (_lab is not null) throw new NotReadyException("a campaign of this conversation is on record already; one runs at a time");
        return LabSession.ReadyAsync(stop => LabSession.OpenAsync(settings.Now, stop), plan, (lab, authorised) =>
        {
            var id = lab.Laboratory.Begin(plan, authorised.Person, authorised);
            (_lab, Begun) = (lab, (lab, id));
            return new BegunCampaign(id, "begins when this conversation is over");
        }, why => Display.Show(new ReasoningNotice.Told("lab", why)), cancellation);
    }

    /// <exception cref="UsageException">It cannot be read, or is no text.</exception>
    private static string Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes } large
                ? throw new UsageException($"--with '{path}' has {large.Length} bytes; a document has at most {MostBytes}")
                : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new UsageException($"--with '{path}' cannot be read as text in UTF-8: {error.Message}");
        }
    }
}
