namespace LabAutomation.Agents.Scheduling;

/// <summary>An operation goes right behind another of its machine that comes later, or right before one that comes earlier.</summary>
internal readonly record struct ShopMove(int Operation, int To, bool IsForward);
