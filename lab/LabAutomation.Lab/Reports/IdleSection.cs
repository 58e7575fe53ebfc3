using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Agents.Records;

namespace LabAutomation.Lab.Reports;

/// <summary>How long each instrument did nothing, and for which reasons.</summary>
internal static class IdleSection
{
    public static string Write(IReadOnlyList<IdleTime> idle)
    {
        if (idle.Count == 0) return "";
        var html = new StringBuilder("<p class=\"lead\">A thin bar is idle time; it says why where one points at it.</p><div class=\"scroll\"><table><thead><tr><th class=\"text\">instrument</th><th>idle</th><th class=\"text\">because</th></tr></thead><tbody>");
        foreach (var instrument in idle.GroupBy(stretch => stretch.Instrument))
        {
            var causes = instrument.GroupBy(stretch => stretch.Cause).Select(cause => (Cause: cause.Key, Ticks: cause.Sum(stretch => stretch.Length.Ticks))).OrderByDescending(cause => cause.Ticks).ThenBy(cause => cause.Cause);
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text name\">{WebUtility.HtmlEncode(instrument.Key)}</td><td>{Length(TimeSpan.FromTicks(instrument.Sum(stretch => stretch.Length.Ticks)))}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td class=\"text\">{string.Join(", ", causes.Select(cause => $"{Words(cause.Cause)} {Length(TimeSpan.FromTicks(cause.Ticks))}"))}</td></tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>What a person could mend stands out, and so does what had to wait.</summary>
    public static string Style(IdleCause cause) => cause switch
    {
        IdleCause.Failed or IdleCause.Paused or IdleCause.ProgramAway or IdleCause.OutOfStock => "trouble",
        IdleCause.OtherInstrument or IdleCause.OtherCampaign or IdleCause.Carried or IdleCause.Turn or IdleCause.Held or IdleCause.Planner or IdleCause.Analysis => "waits",
        _ => "",
    };

    public static string Words(IdleCause cause) => cause switch
    {
        IdleCause.NothingToDo => "nothing to do",
        IdleCause.TrialBefore => "the trial before was not over",
        IdleCause.EarlierStep => "an earlier step",
        IdleCause.OtherInstrument => "another instrument was busy",
        IdleCause.Carried => "the sample was carried",
        IdleCause.OutOfStock => "out of a consumable",
        IdleCause.Failed => "it could not work",
        IdleCause.OtherCampaign => "another campaign",
        IdleCause.Paused => "the campaign was paused",
        IdleCause.Held => "somebody held it",
        IdleCause.ProgramAway => "the program did not run",
        IdleCause.Analysis => "analysis",
        IdleCause.Planner => "the planner was thinking",
        _ => "waiting for its turn",
    };

    public static string Length(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.0} d"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
    };
}
