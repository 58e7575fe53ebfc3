using System.Collections.Immutable;
using LabAutomation.Agents.Records;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// A conversation gone through by its record alone: no model is asked and no tool is called. From what was said, answered and told by tools follows each request that was sent to a model, to the letter;
/// whatever has become of the lab's own record since makes no difference.
/// </summary>
public static class ConversationReplay
{
    /// <summary>The requests to models, in their order.</summary>
    /// <param name="entries">Of one conversation.</param>
    public static IReadOnlyList<ReplayedRequest> Of(IEnumerable<LedgerEntry> entries)
    {
        var (requests, agents) = (new List<ReplayedRequest>(), new Dictionary<string, Told>(StringComparer.Ordinal));
        foreach (var entry in entries)
        {
            switch (entry.Event)
            {
                case ModelAsked asked: requests.Add(new ReplayedRequest(entry.Seq, asked.Agent, asked.Round, Agent(asked.Agent).Sends(asked) == asked.History)); break;
                case ModelAnswered answered: Agent(answered.Agent).Hears(answered); break;
                case ToolAnswered { Untold: false } answered: Agent(answered.Agent).Answers[answered.Call] = answered.Text; break;
            }
        }

        return requests;

        Told Agent(string name) => agents.TryGetValue(name, out var told) ? told : agents[name] = new Told();
    }

    /// <summary>What an agent's model has been told.</summary>
    private sealed class Told
    {
        private readonly ChatHistory _history = [];
        private ImmutableArray<WantedCall> _calls = [];

        /// <summary>By the name of the call.</summary>
        public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

        public void Hears(ModelAnswered answered)
        {
            _history.Answer(answered);
            _calls = answered.Calls;
        }

        /// <returns>The hash of what is sent.</returns>
        public string Sends(ModelAsked asked)
        {
            foreach (var call in _calls)
                if (Answers.TryGetValue(call.Call, out var text)) _history.Result(call, text);
            _calls = [];
            _history.Mend();
            foreach (var said in asked.Said) _history.Say(said.Speaker, said.Text);
            return HistoryHash.Of(_history);
        }
    }
}

/// <summary>A request to a model.</summary>
/// <param name="Entry">Its number on record.</param>
/// <param name="IsSame">Whether it follows from what is on record.</param>
public sealed record ReplayedRequest(long Entry, string Agent, int Round, bool IsSame);
