namespace LabAutomation.Models;

/// <summary>The labels of the Genesis Mission Data Card 1.2, field overall_sensitivity.</summary>
public static class Sensitivity
{
    public static IReadOnlyList<string> Labels { get; } = ["Public", "Unclassified_Uncontrolled", "CUI", "UCNI", "Classified", "Legacy_Controlled", "Mixed", "Other_Controlled"];
}
