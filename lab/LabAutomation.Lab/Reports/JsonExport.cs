using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Reports;

/// <summary>A campaign with every action, result and spectrum.</summary>
internal static class JsonExport
{
    public static object Of(Ledger ledger, CampaignState state) => new
    {
        campaign = JsonForms.Campaign(state),
        file = new { name = state.Started.File, sha256 = state.Started.Sha256, text = state.Started.Text },
        software = state.Started.Software,
        trials = state.Trials.Select(trial => new { trial = JsonForms.Trial(state.Plan, trial), actions = trial.Actions.Values.OrderBy(action => action.IntendedAt).Select(action => Action(ledger, action)) }),
        idle = IdleTimes.Of(state, ledger.ReadDuring(state.Id)).Select(stretch => new { instrument = stretch.Instrument, from = stretch.From, until = stretch.Until, cause = stretch.Cause.ToString(), why = stretch.Words }),
        ledger = new { head = ledger.Head },
    };

    private static object Action(Ledger ledger, ActionState action) => new
    {
        id = action.Intent.Action.ToString(),
        step = action.Intent.Step,
        instrument = action.Intent.Instrument,
        command = action.Intent.Command,
        arguments = action.Intent.Arguments.ToDictionary(argument => argument.Key, argument => Form(argument.Value)),
        status = action.Result?.Status.ToString(),
        cause = action.Result?.Cause.ToString(),
        message = action.Result?.Message,
        outputs = action.Result?.Outputs.ToDictionary(output => output.Key, output => Form(output.Value)),
        data = action.Result?.Data.Select(reference => Data(reference, ledger.ReadData(reference))),
        startedAt = action.Result?.StartedAt,
        endedAt = action.Result?.EndedAt,
    };

    private static object Form(Quantity quantity) => new { value = quantity.Value, unit = quantity.Unit.Symbol, sd = quantity.Sd };

    private static object Data(DataReference reference, BulkData data) => data is Series series
        ? new
        {
            name = reference.Name,
            sha256 = reference.Sha256,
            columns = series.Columns.Zip(series.Values, (column, values) => new { name = column.Name, unit = column.Unit.Symbol, values }),
        }
        : new { name = reference.Name, sha256 = reference.Sha256, media = data.ContentType, base64 = Convert.ToBase64String(data.ToBytes()) };
}
