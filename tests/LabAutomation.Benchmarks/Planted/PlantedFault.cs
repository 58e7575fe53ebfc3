namespace LabAutomation.Benchmarks.Planted;

/// <summary>An error as somebody could make it in the agents or the drivers: one text in one file, and what stands there instead.</summary>
/// <param name="Name">In a few words.</param>
/// <param name="File">Path from the root of the repository.</param>
/// <param name="Right">As it stands there, once.</param>
/// <param name="Wrong">As the error has it.</param>
internal sealed record PlantedFault(string Name, string File, string Right, string Wrong)
{
    private const string Hosts = "instruments/LabAutomation.Instruments/Hosts/";
    private const string Agents = "agents/LabAutomation.Agents/";
    private const string Pump = "instruments/LabAutomation.Instruments/NewEra/NewEraPumpDriver.cs";

    /// <summary>Where samples are carried, and powder is scarce.</summary>
    private static readonly string[] Drying = ["campaigns/drying-ada.yaml", "campaigns/drying-bob.yaml", "--config", "campaigns/drying.lab.json"];

    /// <summary>Where three cells share a spectrometer, and samples wait for seconds only.</summary>
    private static readonly string[] Fading = ["campaigns/fading.yaml", "campaigns/colour-match.yaml", "--config", "campaigns/fading.lab.json", "--planner", "sobol"];

    /// <summary>Where an exposure gives megabytes, which its driver keeps until they are acknowledged.</summary>
    private static readonly string[] Beamline = ["campaigns/hit-rate.yaml", "--config", "campaigns/beamline.lab.json", "--planner", "sobol", "--trials", "3"];

    /// <summary>Where furnaces take hours, and an arm carries everything.</summary>
    private static readonly string[] Synthesis = ["campaigns/a-lab.yaml", "--config", "campaigns/a-lab.lab.json", "--planner", "sobol", "--trials", "3"];

    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        new("a driver tells a result that its journal has not taken", $"{Hosts}UnitOperator.Recording.cs",
            "            journal.End(result, data, progress);",
            "            bulletin.Result(result, data, progress);\n            journal.End(result, data, progress);") { IsQuick = true },
        new("agents acknowledge before the ledger has it", $"{Agents}Bench/InstrumentActor.cs",
            "            (ends, entries) = Record(pending, action, result, data, didNothing);",
            "            Acknowledge(action);\n            (ends, entries) = Record(pending, action, result, data, didNothing);") { IsQuick = true },
        new("another number than was measured goes on record", $"{Agents}Campaigns/CampaignActor.cs",
            "analysed.Outputs[goal.Objective.Name].Value, analysed.Models",
            "(2 * analysed.Outputs[goal.Objective.Name].Value) + analysed.Trial, analysed.Models"),
        new("a pump says at its first look that all has flowed, and stops", Pump,
            "            if (!reply.IsPumping)\n            {\n                if (reply.Status",
            "            if (moved < run.Volume)\n            {\n                await MakeSafeAsync(cancellation);\n                return Judge(run, run.Volume);\n            }\n\n            if (!reply.IsPumping)\n            {\n                if (reply.Status"),
        new("agents send a command before the ledger has it", $"{Agents}Bench/InstrumentActor.cs",
            "            var entry = _ledger.Append(perform.Campaign, [intent])[0];",
            "            _pending[intent.Action] = new PendingAction(intent, new ActionPart(perform.Campaign, intent, Sender), _patience.GetTimestamp());\n            Send(intent.Action);\n            var entry = _ledger.Append(perform.Campaign, [intent])[0];") { IsQuick = true },
        new("a relative command is tried again though its outcome is unknown", $"{Agents}Campaigns/Errors/ErrorDecision.cs",
            "        var passed = ImmutableArray.CreateBuilder<string>();\n",
            "        var passed = ImmutableArray.CreateBuilder<string>();\n        if (failed.IsUnknown && failed.Earlier.Length < 2) return new ErrorDecision(ErrorPolicy.Default[1], []);\n") { IsQuick = true },
        new("a driver host forgets its epoch", "instruments/LabAutomation.Instruments/Journals/Journal.cs",
            "SET epoch = epoch + 1, clean = 0",
            "SET epoch = epoch, clean = 0") { IsQuick = true },
        new("a pump runs before its mark is durable", Pump,
            "        scope.Mark(RunMark, \"0\");\n        Observe(await _link.AskAsync(\"RUN\"));",
            "        Observe(await _link.AskAsync(\"RUN\"));\n        scope.Mark(RunMark, \"0\");"),
        new("a pump driver believes that nothing had happened", Pump,
            "        if (moved > 0) return new Recovery.Happened(Judge(run, moved, action.WasMadeSafe));",
            "        if (moved > 1e6) return new Recovery.Happened(Judge(run, moved, action.WasMadeSafe));") { IsQuick = true },
        new("the bench is given to the next trial while it is being cleaned", $"{Agents}Campaigns/TrialPursuit.cs",
            "onlyOpen: spoilt && !step.Always) is not { } outstanding) continue;",
            "onlyOpen: spoilt && !step.Always) is not { } outstanding || (step.Always && outstanding.Any(request => request.IsOnRecord))) continue;"),
        new("nobody asks again for a command that was lost", $"{Agents}Bench/InstrumentActor.cs",
            "        RemindAfter(action, Patience);\n        if (_birth is null) return;",
            "        if (_birth is null) return;") { IsQuick = true },
        new("after a failure nobody cleans up", $"{Agents}Campaigns/TrialPursuit.cs",
            "            if (spoilt && !step.Always && !trial.Actions",
            "            if (spoilt && !trial.Actions") { IsQuick = true },
        new("a command is begun after its deadline", $"{Hosts}UnitOperator.cs",
            "        if (fresh && now > entry.Frame.Deadline)",
            "        if (fresh && now > entry.Frame.Deadline.AddDays(365))"),
        new("the ledger does not wait for the disk", $"{Agents}Records/Ledger.cs",
            "isForced ? \"PRAGMA synchronous=FULL\"",
            "isForced ? \"PRAGMA synchronous=NORMAL\""),
        new("the drivers' journal does not wait for the disk", "instruments/LabAutomation.Instruments/Journals/JournalStore.cs",
            "? \"FULL\" : \"OFF\"",
            "? \"NORMAL\" : \"OFF\"") { IsQuick = true },
        new("a sample of which nobody knows whether it was put down keeps one of its places", $"{Agents}Campaigns/TrialTasks.cs",
            "{ MayBeAt = lost?.Intent.At == position ? TrialJob.ReachedBy(lost!) : lost?.Intent.At };",
            "{ MayBeAt = lost is null ? null : position };") { Lab = Drying },
        new("what was drawn by an action of unknown outcome is forgotten", $"{Agents}Consumables/DrawnStock.cs",
            "        return ended.Result.Status is ActionStatus.UnknownOutcome ? this with",
            "        if (ended.Result.Status is ActionStatus.UnknownOutcome) return Without(ended.Action) with { Totals = draws.Aggregate(Totals, (sum, draw) => sum.Plus(draw.Consumable, -draw.Amount.Value)) };\n        return ended.Result.Status is ActionStatus.UnknownOutcome ? this with") { Lab = Drying },
        new("the planner is not told of a failure beyond repair", $"{Agents}Campaigns/TrialPursuit.cs",
            "return byPerson ? new TrialAbandoned",
            "return byPerson || cause.Result!.Cause == CauseCode.LinkLost ? new TrialAbandoned") { IsQuick = true },
        new("a ledger does not expect that its disk is full", $"{Agents}Records/Ledger.cs",
            "        catch (SqliteException error)\n        {\n            throw new LedgerException($\"{what}",
            "        catch (SqliteException error) when (error.SqliteErrorCode != 13)\n        {\n            throw new LedgerException($\"{what}") { IsQuick = true },
        new("the cell of a trial counts as free while nothing of it runs", $"{Agents}Campaigns/TrialTasks.cs",
            "standings.All(standing => standing.Phase == TaskPhase.Waiting) && trial.Actions.IsEmpty ? default",
            "standings.All(standing => standing.Phase != TaskPhase.Running) ? default") { Lab = Fading },
        new("what stands at another station may do it, too", $"{Agents}Bench/LabStations.cs",
            "ImmutableArray<PlacedInstrument> there = station is null ? [] : [.. Instruments.Where(instrument => instrument.Role == role && instrument.Station == station)];",
            "ImmutableArray<PlacedInstrument> there = station is null ? [] : [.. Instruments.Where(instrument => instrument.Role == role && instrument.Station is not null)];") { Lab = Fading },
        new("a trial begins before the ledger has its station", $"{Agents}Campaigns/CampaignActor.cs",
            "        var entry = _ledger.Append(_id, [new TrialStationed(begin.Trial, station)])[0];\n        _state = _state.Apply(entry.Event, entry.At);",
            "        _state = _state.Apply(new TrialStationed(begin.Trial, station), _clock.GetUtcNow());") { Lab = Fading },
        new("what a trial gave is forgotten where something fails after it", $"{Agents}Campaigns/TrialPursuit.cs",
            "        if (Measured(trial) is { } measured) return measured;",
            "        if (!spoilt && Measured(trial) is { } measured) return measured;") { Lab = Fading },
        new("a hold begins on the word of what is expected", $"{Agents}Scheduling/Placer.cs",
            "if (PlaceAll(job, tasks, long.MinValue, Patience, Care.Ample)) return PlaceNoLater(job, unit, tasks);",
            "if (PlaceAll(job, tasks, long.MinValue, Patience, Care.None)) return true;") { Lab = Fading },
        new("agents acknowledge the end of what is on record as unknown", $"{Agents}Bench/InstrumentActor.cs",
            "_ledger.HasEnded(action, result.Status)",
            "_ledger.HasEnded(action, ActionStatus.UnknownOutcome)") { Lab = Beamline },
        new("a stirrer driver believes that nothing had happened", "instruments/LabAutomation.Instruments/Ika/IkaStirrerDriver.cs",
            "        if (action.Mark(StartingMark) is not { } starting) return new Recovery.DidNotHappen();",
            "        await MakeSafeAsync(cancellation);\n        if (action.Mark(StartingMark) is not { Value.Length: 0 } starting) return new Recovery.DidNotHappen();"),
        new("a furnace driver tells at its first look of a peak that there was not", "instruments/LabAutomation.Instruments/Furnace/EurothermFurnaceDriver.cs",
            "            whole ??= asked - began + condition.Left;",
            "            if (whole is null)\n            {\n                await MakeSafeAsync(cancellation);\n                return ActionOutcome.Succeeded().With(\"peak\", new Quantity(condition.Working + 1000, Celsius));\n            }\n\n            whole ??= asked - began + condition.Left;") { Lab = Synthesis },
        new("an arm's driver says that a crucible is there when the arm has it", "instruments/LabAutomation.Instruments/PreciseFlex/PreciseFlexDriver.cs",
            "            if (!seen.IsMoving)\n            {\n                _machine.Fire(Trigger.Rest);",
            "            if (seen is { IsMoving: true, Holds: true })\n            {\n                await MakeSafeAsync(cancellation);\n                return ActionOutcome.Succeeded();\n            }\n\n            if (!seen.IsMoving)\n            {\n                _machine.Fire(Trigger.Rest);") { Lab = Synthesis },
    ];

    /// <summary>In which lab it is searched for: campaigns and options of <c>lab chaos</c>.</summary>
    public string[] Lab { get; private init; } = ["campaigns/colour-match.yaml", "--planner", "sobol"];

    /// <summary>Whether it is found in seconds, and by faults.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>The text of the file with the error in it.</summary>
    /// <exception cref="InvalidOperationException">The right text does not stand there once.</exception>
    public string PlantedIn(string text)
    {
        var at = text.IndexOf(Right, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(Right, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"'{Name}': {File} does not have its text once; the code has changed, and the planted error must follow it");
        return text.Replace(Right, Wrong, StringComparison.Ordinal);
    }
}
