using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Who begins the campaign, looks at the bench when nobody knows what became of an action, and starts the program again when it has ended.</summary>
/// <param name="folder">The data directory of the lab.</param>
internal sealed class Person(EpisodeSetup setup, Random random, string folder)
{
    private const string Name = "person";

    /// <summary>Lab time between the need for somebody and somebody's coming.</summary>
    public TimeSpan React() => TimeSpan.FromSeconds(10 + (random.NextDouble() * 1190));

    /// <summary>What is done at the terminal after the lab came up: <c>lab run</c>, or <c>lab reconcile</c> and <c>lab resume</c>.</summary>
    /// <exception cref="LabException">The lab says why it does not go on.</exception>
    public async Task<CampaignState> WorkAsync(Laboratory lab)
    {
        var clear = new PersonsClear(Name, "looked at it");
        if (lab.Ledger.Campaigns().FirstOrDefault() is not { } id)
        {
            await lab.CheckAsync(setup.Plan, CancellationToken.None, clear);
            return await lab.RunAsync(lab.Begin(setup.Plan), CancellationToken.None);
        }

        var state = CampaignRecord.Find(lab.Ledger, id);
        if (state.Phase == CampaignPhase.Ended) return state;
        var givenUp = await FindOutAsync(lab, state);
        await lab.CheckAsync(setup.Plan, CancellationToken.None, clear);
        lab.Resume(CampaignRecord.Find(lab.Ledger, id), givenUp, "nobody can tell");
        return await lab.RunAsync(id, CancellationToken.None);
    }

    /// <returns>The actions of which nobody will find out any more.</returns>
    private async Task<IReadOnlyCollection<ActionId>> FindOutAsync(Laboratory lab, CampaignState state)
    {
        var givenUp = new List<ActionId>();
        var intents = lab.Ledger.Read(state.Id).Select(entry => entry.Event).OfType<ActionIntended>().ToArray();
        foreach (var action in state.Unknown.ToArray())
        {
            var happened = OnceOracle.HadEffect(action.Intent, intents, EffectLedger.ReadAll(DataDirectory.DevicesIn(folder)));
            var finding = random.Next(4) == 0 ? Finding.Unknowable : happened ? Finding.Happened : Finding.DidNotHappen;
            var found = new ReconcileFrame(action.Intent.Action, finding, Name, "looked at the bench", lab.Clock.GetUtcNow());
            var isKnown = (await lab.ReconcileAsync(action.Intent.Instrument, found, CancellationToken.None)).Done;
            if (isKnown && !lab.Settle(state, action, found) && finding == Finding.Unknowable) givenUp.Add(action.Intent.Action);
        }

        return givenUp;
    }
}
