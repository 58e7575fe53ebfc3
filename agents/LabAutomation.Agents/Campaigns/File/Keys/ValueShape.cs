using System.Text.Json.Nodes;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What may stand as the value of a key. The same shapes check a file and write the JSON Schema, so that both accept the same.</summary>
internal abstract record ValueShape
{
    /// <param name="name">The key whose value this is, for messages.</param>
    public void Check(YamlNode node, string name, ProblemList problems)
    {
        if (node is not RefusedNode || problems.CountsRefused) Look(node, name, problems);
    }

    public abstract JsonObject ToSchema();

    /// <summary>Whether a node passes, with everything in it; what would be wrong is not reported.</summary>
    public bool Accepts(YamlNode node)
    {
        var problems = new ProblemList("") { CountsRefused = true };
        Look(node, "", problems);
        return problems.Count == 0;
    }

    protected abstract void Look(YamlNode node, string name, ProblemList problems);

    protected static string Kind(YamlNode node) => node switch
    {
        MapNode => "keys and values",
        ListNode => "a list",
        TextNode { IsEmpty: true } => "nothing",
        TextNode text => $"'{text.Text}'",
        _ => "something else",
    };
}

/// <summary>A value without parts.</summary>
internal abstract record ScalarShape : ValueShape
{
    protected sealed override void Look(YamlNode node, string name, ProblemList problems)
    {
        if (node is not TextNode { IsEmpty: false } text) problems.Add(node.At, $"'{name}' is {Kind(node)}", $"it is {Expected}");
        else if (Complaint(text, name) is { } complaint) problems.Add(text.At, complaint, $"it is {Expected}");
    }

    /// <summary>Ends the sentence "it is …".</summary>
    protected abstract string Expected { get; }

    protected abstract string? Complaint(TextNode text, string name);
}
